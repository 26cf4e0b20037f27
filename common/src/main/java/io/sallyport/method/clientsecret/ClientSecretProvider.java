package io.sallyport.method.clientsecret;

import io.sallyport.Check;
import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.identity.Name;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.SecretMaker;
import io.sallyport.identity.document.TokenPolicyDocument;
import io.sallyport.token.TrustedIps;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@link ClientSecretAuth}: OAuth clients with a client secret. */
public final class ClientSecretProvider implements Provider<ClientSecretAuth> {
    public static final String FIELD = "clientSecretAuth";

    /** Infisical's name of client secrets as an auth method. */
    public static final String UNIVERSAL = "universal-auth";

    static final String SECRETS = "secrets";
    static final String DESCRIPTION = "description";
    static final String USES = "numUsesLimit";
    static final String TTL = "ttl";

    private static final String CLIENT_ID = "clientId";
    private static final String SECRET_IPS = "clientSecretTrustedIps";
    private static final String PERIOD = "accessTokenPeriod";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "client-secret-auth";
    }

    @Override
    public String listedAs() {
        return UNIVERSAL;
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
    public Map<String, Object> made(byte[] random) {
        return Map.of(CLIENT_ID, uuid(random));
    }

    /** A UUID from 16 random bytes (RFC 9562 §5.4, version 4). */
    public static String uuid(byte[] random) {
        ByteBuffer bits = ByteBuffer.wrap(random);
        long high = (bits.getLong() & ~0xF000L) | 0x4000L;
        long low = (bits.getLong() & ~(0b11L << 62)) | (0b10L << 62);
        return new UUID(high, low).toString();
    }

    @Override
    public ClientSecretAuth read(Document document) {
        Optional<String> clientId = document.text(CLIENT_ID);
        List<ClientSecret> secrets = new ArrayList<>();
        for (Document secret : document.documents(SECRETS)) {
            secrets.add(readSecret(secret));
        }
        List<String> secretIps = document.textsOrObjectsWith(SECRET_IPS, "ipAddress");
        ClientSecretAuth auth = new ClientSecretAuth(
                clientId.isPresent() ? Optional.of(new Name(clientId.get())) : Optional.empty(),
                secrets,
                secretIps.isEmpty() ? TrustedIps.ANYWHERE : new TrustedIps(secretIps),
                document.seconds(PERIOD, Duration.ZERO),
                TokenPolicyDocument.read(document));
        document.requireNothingElse();
        return auth;
    }

    private static ClientSecret readSecret(Document document) {
        ClientSecret secret = new ClientSecret(
                document.required("id"),
                document.required("sha256"),
                document.time("createdAt").orElse(Instant.EPOCH),
                document.text(DESCRIPTION).orElse(""),
                document.number(USES).orElse(0L),
                document.seconds(TTL, Duration.ZERO));
        document.requireNothingElse();
        return secret;
    }

    /** Omits what is not set, so that documents without it stay as they are. */
    @Override
    public Map<String, Object> write(ClientSecretAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        auth.clientId().ifPresent(clientId -> fields.put(CLIENT_ID, clientId.value()));
        fields.put(
                SECRETS,
                auth.secrets().stream().map(ClientSecretProvider::writeSecret).toList());
        if (auth.secretIps().isRestricted()) {
            fields.put(SECRET_IPS, auth.secretIps().blocks());
        }
        if (!auth.period().isZero()) {
            fields.put(PERIOD, auth.period().toSeconds());
        }
        TokenPolicyDocument.write(auth.configured(), fields);
        return fields;
    }

    /** A secret as it is stored. */
    static Map<String, Object> writeSecret(ClientSecret secret) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", secret.id());
        fields.put("sha256", secret.sha256());
        fields.put("createdAt", secret.createdAt().getEpochSecond());
        if (!secret.description().isEmpty()) {
            fields.put(DESCRIPTION, secret.description());
        }
        if (secret.numUsesLimit() > 0) {
            fields.put(USES, secret.numUsesLimit());
        }
        if (!secret.ttl().isZero()) {
            fields.put(TTL, secret.ttl().toSeconds());
        }
        return fields;
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
            case CLIENT_SECRET_EXPIRED ->
                Optional.of(new Remedy(
                        Check.CLIENT,
                        "The client secret is right, but its ttl has passed.",
                        "Make another with sallyport client secret add --ttl, give it to the client, and remove the old"
                                + " one."));
            case CLIENT_SECRET_USED_UP ->
                Optional.of(new Remedy(
                        Check.CLIENT,
                        "The client secret is right, but it was used as often as its numUsesLimit allows.",
                        "Make another with sallyport client secret add --uses. If the client did not use it that often,"
                                + " someone else did: look for its secret_id in the log."));
            case CLIENT_SECRET_ADDRESS_NOT_TRUSTED ->
                Optional.of(new Remedy(
                        Check.CLIENT,
                        "The client secret is right, but it was used from an address that is not in"
                                + " clientSecretTrustedIps.",
                        "If the client belongs there, add its address to clientSecretTrustedIps. If not, the secret was"
                                + " stolen: remove it with sallyport client secret remove."));
            default -> Optional.empty();
        };
    }
}
