package io.sallyport.outbound.google;

import com.google.auth.oauth2.AwsSecurityCredentials;
import com.google.auth.oauth2.AwsSecurityCredentialsSupplier;
import com.google.auth.oauth2.ExternalAccountSupplierContext;
import java.io.IOException;
import java.io.Serial;

/** An AWS role for Google's library, which asks for its keys with each token, about once an hour. */
final class SuppliedByAws implements AwsSecurityCredentialsSupplier {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient AwsRole role;

    SuppliedByAws(AwsRole role) {
        this.role = role;
    }

    @Override
    public String getRegion(ExternalAccountSupplierContext context) {
        return role.region();
    }

    @Override
    public AwsSecurityCredentials getCredentials(ExternalAccountSupplierContext context) throws IOException {
        AwsKeys keys = role.keys().get();
        return new AwsSecurityCredentials(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken());
    }
}
