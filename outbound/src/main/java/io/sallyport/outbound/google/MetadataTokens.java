package io.sallyport.outbound.google;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens of the service account that a function of Google Cloud runs as, from its metadata server (Cloud Run,
 * "Container runtime contract", metadata server). Google's library would ask there as well, after it has loaded some
 * hundred classes and looked at all the other places where credentials may be.
 */
public final class MetadataTokens implements AccessTokens {
    private static final URI ADDRESS =
            URI.create("http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token");

    /** The server gives a new token from five minutes before the old one's end. */
    private static final Duration MARGIN = Duration.ofMinutes(4);

    private final PlatformEndpoint endpoint;
    private final InstantSource clock;
    private volatile @Nullable Token kept;

    private record Token(String text, Instant end) {
        /** Never the token. */
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
     * Whether this process is a function of Google Cloud and runs as its service account, as nothing says otherwise: what a
     * variable points to is for Google's library to read.
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

    /** Whoever comes while one is fetched waits for that one. */
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

    /** Never a token. */
    @Override
    public String toString() {
        return "MetadataTokens[" + endpoint + "]";
    }
}
