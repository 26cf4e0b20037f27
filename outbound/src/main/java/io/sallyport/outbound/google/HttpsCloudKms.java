package io.sallyport.outbound.google;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.Deadline;
import io.sallyport.outbound.HttpsGuardedHosts;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Cloud KMS over TLS that is always verified, bounded in time and size. A request that exceeds the project's quota
 * (status 429) is sent again after a growing pause, as Google's guide to Cloud KMS quotas advises, while time is left.
 */
public final class HttpsCloudKms implements CloudKms {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int FIRST_PAUSE_MILLIS = 50;
    private static final int MAX_PAUSE_MILLIS = 1_000;

    private final String origin;
    private final HttpsGuardedHosts https;
    private final Optional<CaCertificates> authorities;
    private final AccessTokens tokens;
    private final LongSupplier nanos;
    private final Pause pause;

    /** Lets time pass between two requests. */
    @FunctionalInterface
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    /**
     * @param origin without a path, such as {@code https://cloudkms.googleapis.com}
     * @param authorities in place of the system's, if given
     */
    public HttpsCloudKms(
            String origin, HttpsGuardedHosts https, Optional<CaCertificates> authorities, AccessTokens tokens) {
        this(origin, https, authorities, tokens, System::nanoTime, Thread::sleep);
    }

    HttpsCloudKms(
            String origin,
            HttpsGuardedHosts https,
            Optional<CaCertificates> authorities,
            AccessTokens tokens,
            LongSupplier nanos,
            Pause pause) {
        this.nanos = nanos;
        this.pause = pause;
        this.origin = origin;
        this.https = https;
        this.authorities = authorities;
        this.tokens = tokens;
    }

    /** The real Cloud KMS, with {@link AccessTokens#google}. */
    public static HttpsCloudKms google(Map<String, String> variables) {
        // Its addresses may be private, with Private Service Connect.
        return new HttpsCloudKms(
                "https://cloudkms.googleapis.com",
                new HttpsGuardedHosts(AddressPolicy.privateToo()),
                Optional.empty(),
                AccessTokens.google(variables, "https://www.googleapis.com/auth/cloudkms"));
    }

    @Override
    public GuardedHosts.Answer post(String path, byte[] json) throws IOException {
        Deadline deadline = new Deadline(nanos, HttpsGuardedHosts.WHOLE_CALL);
        URI uri = URI.create(origin + path);
        int ceiling = FIRST_PAUSE_MILLIS;
        while (true) {
            GuardedHosts.Answer answer = https.send(uri, authorities, tokens.get(), json, deadline);
            // Between half of the ceiling and all of it, by the clock's last digits, so that instances do not come back
            // together.
            int wait = ceiling / 2 + (int) Math.floorMod(nanos.getAsLong(), ceiling / 2 + 1L);
            if (answer.status() != TOO_MANY_REQUESTS || wait >= deadline.millisLeft()) {
                return answer;
            }
            pause(wait);
            ceiling = Math.min(2 * ceiling, MAX_PAUSE_MILLIS);
        }
    }

    private void pause(int millis) throws IOException {
        try {
            pause.millis(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public GuardedHosts.Answer get(String path) throws IOException {
        return https.get(URI.create(origin + path), authorities, tokens.get());
    }
}
