package io.sallyport.outbound.google;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import io.sallyport.audit.OutboundCalls;
import io.sallyport.outbound.TimeLimiter;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens for Google Cloud, with credentials that are created on first need and kept. A token is fetched while a
 * caller waits for it and never in the background, where Lambda would freeze the fetch half-way once the response is
 * sent.
 */
public final class GoogleAccessTokens implements AccessTokens {
    /** Longer than the 225 s before expiry from which the library renews a token. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private static final int MAX_MILLIS = 10_000;

    private final GoogleIdentity identity;
    private final List<String> scopes;
    private final InstantSource clock;
    private final int longestMillis;
    private volatile @Nullable GoogleCredentials credentials;

    public GoogleAccessTokens(GoogleIdentity identity, List<String> scopes) {
        this(identity, scopes, InstantSource.system(), MAX_MILLIS);
    }

    public GoogleAccessTokens(GoogleIdentity identity, List<String> scopes, InstantSource clock, int longestMillis) {
        this.identity = identity;
        this.scopes = scopes;
        this.clock = clock;
        this.longestMillis = longestMillis;
    }

    @Override
    public String get() throws IOException {
        GoogleCredentials known = credentials;
        AccessToken kept = known == null ? null : known.getAccessToken();
        return kept != null && isGood(kept)
                ? kept.getTokenValue()
                : OutboundCalls.timed("Google access token", System::nanoTime, this::fetchInTime);
    }

    private boolean isGood(AccessToken token) {
        Date end = token.getExpirationTime();
        return end != null && end.toInstant().isAfter(clock.instant().plus(MARGIN));
    }

    private String fetchInTime() throws IOException {
        try {
            return TimeLimiter.get("Google access token", longestMillis, this::fetch);
        } catch (ExecutionException e) {
            throw NoAccessTokenException.because(e);
        }
    }

    /** Concurrent callers wait for the same fetch: the library ensures that. */
    private String fetch() throws IOException {
        GoogleCredentials known = credentials();
        known.refreshIfExpired();
        AccessToken token = known.getAccessToken();
        if (token == null) {
            throw new NoAccessTokenException("the credentials give none");
        }
        return token.getTokenValue();
    }

    private synchronized GoogleCredentials credentials() throws IOException {
        GoogleCredentials known = credentials;
        if (known == null) {
            known = identity.credentials(scopes);
            credentials = known;
        }
        return known;
    }

    /** Omits the token. */
    @Override
    public String toString() {
        return "GoogleAccessTokens" + scopes;
    }
}
