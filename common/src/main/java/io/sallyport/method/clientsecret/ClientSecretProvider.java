package io.sallyport.method.clientsecret;

import io.sallyport.Check;
import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.SecretMaker;
import io.sallyport.identity.document.TokenPolicyDocument;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link ClientSecretAuth}: OAuth clients with a client secret. */
public final class ClientSecretProvider implements Provider<ClientSecretAuth> {
    public static final String FIELD = "clientSecretAuth";

    static final String SECRETS = "secrets";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "client-secret-auth";
    }

    @Override
    public Class<ClientSecretAuth> type() {
        return ClientSecretAuth.class;
    }

    @Override
    public boolean takesAssertions() {
        return false;
    }

    @Override
    public List<String> credentialFields() {
        return List.of(SECRETS);
    }

    @Override
    public Optional<String> credentialMethod() {
        return Optional.of(ClientSecretAttestation.METHOD);
    }

    @Override
    public Optional<SecretMaker> secretMaker() {
        return Optional.of(new ClientSecretMaker());
    }

    @Override
    public String addingCommand() {
        return "sallyport client secret add";
    }

    @Override
    public ClientSecretAuth read(Document document) {
        ClientSecretAuth auth = new ClientSecretAuth(
                document.documents(SECRETS).stream()
                        .map(ClientSecretProvider::readSecret)
                        .toList(),
                TokenPolicyDocument.read(document));
        document.requireNothingElse();
        return auth;
    }

    private static ClientSecret readSecret(Document document) {
        ClientSecret secret = new ClientSecret(
                document.required("id"),
                document.required("sha256"),
                document.time("createdAt").orElse(Instant.EPOCH));
        document.requireNothingElse();
        return secret;
    }

    @Override
    public Map<String, Object> write(ClientSecretAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(
                SECRETS,
                auth.secrets().stream().map(ClientSecretProvider::writeSecret).toList());
        TokenPolicyDocument.write(auth.policy(), fields);
        return fields;
    }

    /** A secret as it is stored. */
    static Map<String, Object> writeSecret(ClientSecret secret) {
        return Map.of(
                "id",
                secret.id(),
                "sha256",
                secret.sha256(),
                "createdAt",
                secret.createdAt().getEpochSecond());
    }

    @Override
    public Optional<Remedy> remedy(Reason reason) {
        return switch (reason) {
            case BAD_CLIENT_SECRET ->
                Optional.of(new Remedy(
                        Check.CLIENT,
                        "The client secret matches none of the stored ones.",
                        "Give the client a stored secret; sallyport client secret add makes one (sallyport client"
                                + " new-secret, for an identity in a file). Many of these in a row suggest that someone is "
                                + "guessing."));
            default -> Optional.empty();
        };
    }
}
