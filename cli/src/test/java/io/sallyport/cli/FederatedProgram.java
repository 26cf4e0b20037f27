package io.sallyport.cli;

import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.IdTokenCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import io.sallyport.testing.GoogleLibraryOnLoopback;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program that uses Google Cloud, in a separate process: it has only Google's library and a credential file. */
public final class FederatedProgram {
    private FederatedProgram() {}

    /**
     * Prints an access token, and then an ID token.
     *
     * @param arguments the credential file, the addresses of the simulated services, a service account, an audience
     */
    public static void main(String[] arguments) throws Exception {
        GoogleLibraryOnLoopback transport =
                new GoogleLibraryOnLoopback(URI.create(arguments[1]), URI.create(arguments[2]));
        try (InputStream file = Files.newInputStream(Path.of(arguments[0]))) {
            ExternalAccountCredentials credentials = ExternalAccountCredentials.fromStream(file, transport);
            System.out.println(credentials.refreshAccessToken().getTokenValue());
            System.out.println(idToken(credentials, transport, arguments[3], arguments[4]));
        }
    }

    /** As in "Get an ID token" of Google's authentication guide, for federated identities. */
    public static String idToken(
            ExternalAccountCredentials credentials,
            GoogleLibraryOnLoopback transport,
            String serviceAccount,
            String audience)
            throws Exception {
        ImpersonatedCredentials account = ImpersonatedCredentials.newBuilder()
                .setSourceCredentials(credentials)
                .setTargetPrincipal(serviceAccount)
                .setScopes(List.of("https://www.googleapis.com/auth/cloud-platform"))
                .setHttpTransportFactory(transport)
                .build();
        return IdTokenCredentials.newBuilder()
                .setIdTokenProvider(account)
                .setTargetAudience(audience)
                .setOptions(List.of(com.google.auth.oauth2.IdTokenProvider.Option.INCLUDE_EMAIL))
                .build()
                .refreshAccessToken()
                .getTokenValue();
    }
}
