package io.sallyport.runtime;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The application default credentials of Google Cloud. */
final class DefaultCredentials implements HttpsCloudKms.AccessTokens {
    private final String scope;
    private @Nullable GoogleCredentials credentials;

    DefaultCredentials(String scope) {
        this.scope = scope;
    }

    /** Found at the first need, since that may take a request; the library keeps it and renews it. */
    @Override
    public synchronized String get() throws IOException {
        GoogleCredentials known = credentials;
        if (known == null) {
            known = GoogleCredentials.getApplicationDefault().createScoped(scope);
            credentials = known;
        }
        known.refreshIfExpired();
        AccessToken token = known.getAccessToken();
        if (token == null) {
            throw new IOException("the default credentials give no access token");
        }
        return token.getTokenValue();
    }
}
