package io.sallyport.jwt;

import io.sallyport.Refused;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Keys in one document behind a URL.
 *
 * @param suitable whether a member of a JWK set is for this use
 */
record KeyDocument(
        URI uri,
        KeySet.Format format,
        Duration longestFresh,
        Algorithm algorithm,
        Predicate<Map<?, ?>> suitable,
        Fetcher fetcher)
        implements KeyDownload {

    static KeyDocument jwks(URI uri, Algorithm algorithm, Predicate<Map<?, ?>> suitable, Fetcher fetcher) {
        return new KeyDocument(uri, KeySet.Format.JWKS, RemoteKeys.MAX_FRESH, algorithm, suitable, fetcher);
    }

    static KeyDocument x509(URI uri, Algorithm algorithm, Fetcher fetcher) {
        return new KeyDocument(
                uri, KeySet.Format.X509, RemoteKeys.MAX_FRESH_OF_SERVICE_ACCOUNTS, algorithm, member -> true, fetcher);
    }

    @Override
    public Downloaded get() throws IOException, Refused {
        Fetcher.Fetched answer = fetcher.get(uri);
        if (answer.status() == 404 && format == KeySet.Format.X509) {
            return new Downloaded(KeySet.EMPTY, RemoteKeys.MIN_FRESH);
        }
        if (answer.status() != 200) {
            throw KeyDownload.unavailable("HTTP status " + answer.status(), uri);
        }
        KeySet keys = parse(answer.body());
        if (keys.isEmpty()) {
            throw KeyDownload.unavailable("no usable key in the answer", uri);
        }
        return new Downloaded(keys, freshness(answer, longestFresh));
    }

    private KeySet parse(String body) throws Refused {
        try {
            return KeySet.parse(format, body, algorithm, suitable);
        } catch (MalformedJsonException e) {
            throw KeyDownload.unavailable(String.valueOf(e.getMessage()), uri);
        }
    }

    /** As long as the answer says, within bounds. */
    static Duration freshness(Fetcher.Fetched answer, Duration longest) {
        if (answer.maxAgeSeconds() < 0) {
            return shorter(RemoteKeys.DEFAULT_FRESH, longest);
        }
        Duration told = shorter(Duration.ofSeconds(answer.maxAgeSeconds()), longest);
        return told.compareTo(RemoteKeys.MIN_FRESH) < 0 ? RemoteKeys.MIN_FRESH : told;
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
