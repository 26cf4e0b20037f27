package io.sallyport.outbound.google;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.AwsCredentials;
import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.ExternalAccountCredentials.SubjectTokenTypes;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.IdentityPoolCredentials;
import io.sallyport.settings.InvalidConfigurationException;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * This process's identity at Google Cloud.
 *
 * @param federation empty for the application default credentials
 * @param transport to Google's token service
 */
public record GoogleIdentity(Optional<Federation> federation, HttpTransportFactory transport) {
    /** @throws InvalidConfigurationException if federation is configured and cannot work */
    public static GoogleIdentity of(Map<String, String> variables) {
        return new GoogleIdentity(Federation.of(variables), NetHttpTransport::new);
    }

    /**
     * The credentials with these scopes.
     *
     * @throws IOException if there are no default credentials; federation makes no call yet
     */
    GoogleCredentials credentials(Collection<String> scopes) throws IOException {
        return federation.isPresent()
                ? federated(federation.get(), scopes)
                : GoogleCredentials.getApplicationDefault().createScoped(scopes);
    }

    /** The federated credentials, if federation is configured. */
    public Optional<GoogleCredentials> federated(Collection<String> scopes) {
        return federation.map(configured -> federated(configured, scopes));
    }

    private GoogleCredentials federated(Federation configured, Collection<String> scopes) {
        ExternalAccountCredentials.Builder builder;
        if (configured.platform() instanceof AwsRole aws) {
            builder = AwsCredentials.newBuilder()
                    .setAwsSecurityCredentialsSupplier(new SuppliedByAws(aws))
                    .setSubjectTokenType(SubjectTokenTypes.AWS4);
        } else if (configured.platform() instanceof AzureIdentity azure) {
            builder = IdentityPoolCredentials.newBuilder()
                    .setSubjectTokenSupplier(context -> azure.token())
                    .setSubjectTokenType(SubjectTokenTypes.JWT);
        } else {
            throw new IllegalStateException("no other platform is known");
        }
        return builder.setAudience(configured.audience())
                .setScopes(scopes)
                .setHttpTransportFactory(transport)
                .build();
    }
}
