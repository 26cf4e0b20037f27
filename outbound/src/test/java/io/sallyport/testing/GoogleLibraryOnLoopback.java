package io.sallyport.testing;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpTransportFactory;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.util.Map;

/**
 * Makes Google's library reach the simulated Google: it accepts no address but Google's own, so only the connection is
 * redirected, and the library's bytes are unchanged.
 */
public record GoogleLibraryOnLoopback(URI sts, URI iamCredentials) implements HttpTransportFactory {
    @Override
    public HttpTransport create() {
        return new NetHttpTransport.Builder().setConnectionFactory(this::open).build();
    }

    private HttpURLConnection open(URL url) throws IOException {
        URI elsewhere = Map.of("sts.googleapis.com", sts, "iamcredentials.googleapis.com", iamCredentials)
                .get(url.getHost());
        if (elsewhere == null || !url.getProtocol().equals("https")) {
            throw new IOException("nothing of Google's is at " + url);
        }
        return (HttpURLConnection) new URL(elsewhere + url.getFile()).openConnection();
    }
}
