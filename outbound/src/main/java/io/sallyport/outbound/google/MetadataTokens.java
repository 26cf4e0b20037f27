package io.sallyport.outbound.google;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens of the service account that a Google Cloud function runs as, from its metadata server (Cloud Run,
 * "Container runtime contract", metadata server). Google's library would ask the same server, but only after loading
 * some hundred classes and looking in every other place for credentials.
 */
public final class MetadataTokens implements AccessTokens {
    private static final URI ADDRESS =
            URI.create("http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token");

    /** The server returns a new token from five minutes before the old one's expiry. */
    private static final Duration MARGIN = Duration.ofMinutes(4);

    private final PlatformEndpoint endpoint;
    private final InstantSource clock;
    private volatile @Nullable Token kept;

    private record Token(String text, Instant end) {
        /** Omits the token. */
        @Override
        public String toString() {
            return "Token[until " + end + "]";
        }
    }

    public MetadataTokens() {
        this(new PlatformEndpoint(ADDRESS), InstantSource.system());
    }

    public MetadataTokens(PlatformEndpoint endpoint, InstantSource clock) {
        this.endpoint = endpoint;
        this.clock = clock;
    }

    /**
     * Whether this process is a Google Cloud function with its service account as the only credentials: if a variable
     * points to others, Google's library must read them.
     */
    public static boolean areAtHand(Map<String, String> variables) {
        return isSet("K_SERVICE", variables)
                && !isSet("GOOGLE_APPLICATION_CREDENTIALS", variables)
                && !isSet("GCE_METADATA_HOST", variables)
                && !isSet(Federation.AUDIENCE, variables);
    }

    private static boolean isSet(String name, Map<String, String> variables) {
        return !variables.getOrDefault(name, "").isEmpty();
    }

    @Override
    public String get() throws IOException {
        Token token = kept;
        return token != null && isGood(token) ? token.text() : fetch();
    }

    private boolean isGood(Token token) {
        return clock.instant().isBefore(token.end().minus(MARGIN));
    }

    /** Concurrent callers wait for the same fetch. */
    private synchronized String fetch() throws IOException {
        Token meanwhile = kept;
        if (meanwhile != null && isGood(meanwhile)) {
            return meanwhile.text();
        }
        Instant asked = clock.instant();
        Map<String, @Nullable Object> answer = endpoint.get("Metadata-Flavor", "Google");
        String text = endpoint.text(answer, "access_token");
        if (!(answer.get("expires_in") instanceof Long seconds) || seconds <= 0) {
            throw endpoint.failed("a token without expires_in");
        }
        kept = new Token(
                text, asked.plusSeconds(Math.min(seconds, Duration.ofDays(1).toSeconds())));
        return text;
    }

    /** Omits the token. */
    @Override
    public String toString() {
        return "MetadataTokens[" + endpoint + "]";
    }
}
