package io.sallyport.outbound.google;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Cloud KMS over TLS that is always verified, bounded in time and size. */
public final class HttpsCloudKms implements CloudKms {
    private final String origin;
    private final HttpsGuardedHosts https;
    private final Optional<CaCertificates> authorities;
    private final AccessTokens tokens;

    /**
     * @param origin without a path, such as {@code https://cloudkms.googleapis.com}
     * @param authorities in place of the system's, if given
     */
    public HttpsCloudKms(
            String origin, HttpsGuardedHosts https, Optional<CaCertificates> authorities, AccessTokens tokens) {
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
        return https.send(URI.create(origin + path), authorities, tokens.get(), json);
    }

    @Override
    public GuardedHosts.Answer get(String path) throws IOException {
        return https.get(URI.create(origin + path), authorities, tokens.get());
    }
}
