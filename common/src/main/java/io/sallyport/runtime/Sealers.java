package io.sallyport.runtime;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import io.sallyport.identity.Clusters;
import io.sallyport.identity.Sealer;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way to seal secrets that is configured. */
public final class Sealers {
    private static final String CLOUD_KMS = "https://cloudkms.googleapis.com";
    private static final String SCOPE = "https://www.googleapis.com/auth/cloudkms";

    private Sealers() {}

    /** @param key if there is none, nothing can be sealed or opened */
    public static Sealer with(Optional<EncryptionKey> key, InstantSource clock) {
        if (key.isPresent() && key.get() instanceof EncryptionKey.Own own) {
            return new AesSealer(own, new SecureRandom());
        }
        if (key.isPresent() && key.get() instanceof EncryptionKey.CloudKms kms) {
            return new KmsSealer(kms, new CloudKmsApi(), clock);
        }
        return new NoSealer();
    }

    /** The real one, with the application default credentials. */
    private static final class CloudKmsApi implements KmsSealer.Api {
        // Its addresses may be private, by Private Service Connect.
        private final HttpsClusters https = new HttpsClusters(AddressPolicy.privateToo());
        private @Nullable GoogleCredentials credentials;

        @Override
        public Clusters.Answer post(String path, byte[] json) throws IOException {
            return https.post(URI.create(CLOUD_KMS + path), Optional.empty(), accessToken(), json);
        }

        /** Found at the first need, since that may take a request; the library keeps it and renews it. */
        private synchronized String accessToken() throws IOException {
            GoogleCredentials known = credentials;
            if (known == null) {
                known = GoogleCredentials.getApplicationDefault().createScoped(SCOPE);
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
}
