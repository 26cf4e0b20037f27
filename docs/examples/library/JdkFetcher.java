package com.example;

import io.sallyport.jwt.Fetcher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gets key documents with the JDK's HTTP client, within limits of time and size. */
public final class JdkFetcher implements Fetcher {
    private static final int MAX_BYTES = 512 * 1024;
    private static final Duration MAX_TIME = Duration.ofSeconds(10);
    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[\\s,])max-age=(\\d{1,9})(?:$|[\\s,])");

    @Override
    public Fetched get(URI uri) throws IOException {
        long start = System.nanoTime();
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(3_000);
        connection.setReadTimeout(5_000);
        try {
            int status = connection.getResponseCode();
            if (status != 200) {
                return new Fetched(status, -1, "");
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            try (InputStream in = connection.getInputStream()) {
                byte[] buffer = new byte[8_192];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    body.write(buffer, 0, read);
                    if (body.size() > MAX_BYTES) {
                        throw new IOException("longer than " + MAX_BYTES + " bytes");
                    }
                    if (System.nanoTime() - start > MAX_TIME.toNanos()) {
                        throw new SocketTimeoutException("not complete after " + MAX_TIME.toSeconds() + " s");
                    }
                }
            }
            return new Fetched(status, maxAge(connection), body.toString(StandardCharsets.UTF_8));
        } finally {
            connection.disconnect();
        }
    }

    private static long maxAge(HttpURLConnection connection) {
        String control = connection.getHeaderField("Cache-Control");
        Matcher maxAge = MAX_AGE.matcher(control == null ? "" : control);
        return maxAge.find()
                ? Math.max(0, Long.parseLong(maxAge.group(1)) - connection.getHeaderFieldLong("Age", 0))
                : -1;
    }
}
