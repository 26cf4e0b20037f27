package io.sallyport.runtime;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * The issuer's identifier (RFC 8414 §2), kept exactly as configured: clients compare it byte by byte. An https origin
 * without a path, since discovery is served at the root; http on the loopback only.
 */
public record Issuer(String url) {
    static final String FORM = "the https address that clients use, without a path, such as https://login.example.com";

    public Issuer {
        try {
            URI uri = new URI(url);
            boolean secure = "https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme()) && "127.0.0.1".equals(uri.getHost()));
            if (!secure
                    || uri.getHost() == null
                    || uri.getRawUserInfo() != null
                    || !uri.getRawPath().isEmpty()
                    || uri.getRawQuery() != null
                    || uri.getRawFragment() != null
                    // A colon without a port: clients that normalize addresses would not find the same issuer.
                    || url.endsWith(":")) {
                throw new IllegalArgumentException("it has another form");
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("it is not a URL", e);
        }
    }

    @Override
    public String toString() {
        return url;
    }
}
