package io.sallyport.jwt;

import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trust domain's bundle behind a URL (SPIFFE Federation §5.2.1).
 *
 * @param refresh how long it is kept if it does not ask for less
 */
record BundleDownload(URI uri, Duration refresh, Fetcher fetcher) implements KeyDownload {
    @Override
    public Downloaded get() throws IOException, Refused {
        Fetcher.Fetched answer = fetcher.get(uri);
        if (answer.status() != 200) {
            throw KeyDownload.unavailable("HTTP status " + answer.status(), uri);
        }
        Map<String, @Nullable Object> bundle = parse(answer.body());
        KeySet keys = KeySet.parseBundle(bundle);
        if (keys.isEmpty()) {
            throw KeyDownload.unavailable("no usable key for JWT-SVIDs in the bundle", uri);
        }
        return new Downloaded(keys, freshness(bundle));
    }

    private Map<String, @Nullable Object> parse(String body) throws Refused {
        try {
            return Json.parseObject(body);
        } catch (MalformedJsonException e) {
            throw KeyDownload.unavailable(String.valueOf(e.getMessage()), uri);
        }
    }

    /** SPIFFE Trust Domain and Bundle §4.1.3: in seconds, how often the bundle should be fetched. */
    private Duration freshness(Map<String, @Nullable Object> bundle) {
        Duration told = refresh;
        if (bundle.get("spiffe_refresh_hint") instanceof Long hint && hint >= 0) {
            told = KeyDocument.shorter(told, Duration.ofSeconds(hint));
        }
        told = KeyDocument.shorter(told, RemoteKeys.MAX_FRESH);
        return told.compareTo(RemoteKeys.MIN_FRESH) < 0 ? RemoteKeys.MIN_FRESH : told;
    }
}
