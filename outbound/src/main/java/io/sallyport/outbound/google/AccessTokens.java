package io.sallyport.outbound.google;

import io.sallyport.settings.InvalidConfigurationException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Provides an access token whenever one is needed. */
@FunctionalInterface
public interface AccessTokens {
    /** @throws IOException if no token is available */
    String get() throws IOException;

    /**
     * Google Cloud's tokens for this process's identity: by workload identity federation if {@code
     * SALLYPORT_GOOGLE_AUDIENCE} is set, else by the application default credentials. Makes no call before the first
     * token is needed.
     *
     * @param variables the environment variables
     * @param scope such as {@code https://www.googleapis.com/auth/cloudkms}
     * @throws InvalidConfigurationException if federation is configured and cannot work
     */
    static AccessTokens google(Map<String, String> variables, String scope) {
        return new GoogleAccessTokens(GoogleIdentity.of(variables), List.of(scope));
    }
}
