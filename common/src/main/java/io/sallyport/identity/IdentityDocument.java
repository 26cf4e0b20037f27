package io.sallyport.identity;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.method.CredentialDocuments;
import io.sallyport.method.azure.AzureAuth;
import io.sallyport.method.azure.AzureCloud;
import io.sallyport.method.azure.Guid;
import io.sallyport.method.clientkey.ClientKeyAuth;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.method.kubernetes.KubernetesAuthDocument;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TrustedIps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An identity as every store keeps it: one document of texts, numbers, lists and objects. Field names are those of
 * Infisical's API.
 */
public final class IdentityDocument {
    private static final String GCP_AUTH = "gcpAuth";
    private static final String AZURE_AUTH = "azureAuth";
    private static final String KUBERNETES_AUTH = "kubernetesAuth";
    private static final String JWT_BEARER_AUTH = "jwtBearerAuth";
    private static final String CLIENT_KEY_AUTH = "clientKeyAuth";
    private static final String CLIENT_SECRET_AUTH = "clientSecretAuth";

    private static final List<String> METHODS =
            List.of(GCP_AUTH, AZURE_AUTH, KUBERNETES_AUTH, JWT_BEARER_AUTH, CLIENT_KEY_AUTH, CLIENT_SECRET_AUTH);

    private IdentityDocument() {}

    /** @throws IllegalArgumentException saying what makes it no valid identity */
    public static Identity read(IdentityId id, Map<String, ? extends @Nullable Object> fields) {
        return readRecord(id, fields).identity();
    }

    /** The same with what logins do not look at. */
    public static IdentityRecord readRecord(IdentityId id, Map<String, ? extends @Nullable Object> fields) {
        Document document = new Document("identity " + id, fields);
        List<AuthMethod<?>> methods = new ArrayList<>();
        for (String name : METHODS) {
            Optional<Document> method = document.document(name);
            if (method.isPresent()) {
                methods.add(readMethod(name, method.get()));
            }
        }
        Identity identity = new Identity(
                id,
                document.text("name").orElse(id.value()),
                document.text("role").orElse(Identity.NO_ACCESS),
                document.textLists("projects"),
                document.flag("disabled"),
                RegistrationDocument.readMarks(document),
                ClientDocument.read(document),
                methods);
        Registration registration = RegistrationDocument.read(document);
        document.requireNothingElse();
        return new IdentityRecord(identity, registration);
    }

    private static AuthMethod<?> readMethod(String name, Document method) {
        return switch (name) {
            case GCP_AUTH -> readGcpAuth(method);
            case AZURE_AUTH -> readAzureAuth(method);
            case KUBERNETES_AUTH -> KubernetesAuthDocument.read(method);
            case JWT_BEARER_AUTH -> CredentialDocuments.readJwtBearer(method);
            case CLIENT_KEY_AUTH -> CredentialDocuments.readClientKey(method);
            case CLIENT_SECRET_AUTH -> CredentialDocuments.readClientSecret(method);
            default -> throw new IllegalArgumentException("there is no method " + name);
        };
    }

    /**
     * The same for what a store holds.
     *
     * @throws Refused {@link Reason#IDENTITY_INVALID}; {@link Reason#UNCONSTRAINED_AUTH_METHOD}
     */
    public static IdentityRecord readStored(IdentityId id, Map<String, ? extends @Nullable Object> fields)
            throws Refused {
        try {
            return readRecord(id, fields);
        } catch (UnconstrainedException e) {
            throw new Refused(Reason.UNCONSTRAINED_AUTH_METHOD, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new Refused(Reason.IDENTITY_INVALID, String.valueOf(e.getMessage()));
        }
    }

    /** The record as a document; {@link #readRecord} gives the same back. */
    public static Map<String, Object> write(IdentityRecord record) {
        Map<String, Object> fields = write(record.identity());
        RegistrationDocument.write(record.registration(), fields);
        return fields;
    }

    /** The same for an identity of which nothing else is known. */
    public static Map<String, Object> write(Identity identity) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", identity.name());
        fields.put("role", identity.role());
        fields.put("projects", identity.projects());
        fields.put("disabled", identity.disabled());
        RegistrationDocument.writeMarks(identity.voided(), fields);
        ClientDocument.write(identity.client(), fields);
        identity.method(GcpAuth.class).ifPresent(gcp -> fields.put(GCP_AUTH, writeGcpAuth(gcp)));
        identity.method(AzureAuth.class).ifPresent(azure -> fields.put(AZURE_AUTH, writeAzureAuth(azure)));
        identity.method(KubernetesAuth.class)
                .ifPresent(kubernetes -> fields.put(KUBERNETES_AUTH, KubernetesAuthDocument.write(kubernetes)));
        identity.method(JwtBearerAuth.class)
                .ifPresent(auth -> fields.put(JWT_BEARER_AUTH, CredentialDocuments.write(auth)));
        identity.method(ClientKeyAuth.class)
                .ifPresent(auth -> fields.put(CLIENT_KEY_AUTH, CredentialDocuments.write(auth)));
        identity.method(ClientSecretAuth.class)
                .ifPresent(auth -> fields.put(CLIENT_SECRET_AUTH, CredentialDocuments.write(auth)));
        return fields;
    }

    private static GcpAuth readGcpAuth(Document document) {
        Set<GcpAuth.Option> options = EnumSet.noneOf(GcpAuth.Option.class);
        if (document.flag("requireExpiry")) {
            options.add(GcpAuth.Option.REQUIRE_EXPIRY);
        }
        if (document.flag("singleUse")) {
            options.add(GcpAuth.Option.SINGLE_USE);
        }
        String type = document.text("type").orElse("");
        Allowlist serviceAccounts = document.allowlist("allowedServiceAccounts");
        Allowlist serviceAccountIds = document.allowlist("allowedServiceAccountIds");
        Allowlist projects = document.allowlist("allowedProjects");
        Allowlist zones = document.allowlist("allowedZones");
        TokenPolicy policy = readPolicy(document);
        // Before the method is made, so that a misspelt constraint is named rather than missed.
        document.requireNothingElse();
        return new GcpAuth(gcpType(type), serviceAccounts, serviceAccountIds, projects, zones, options, policy);
    }

    private static GcpAuth.Type gcpType(String type) {
        return switch (type) {
            case "gce" -> GcpAuth.Type.GCE;
            case "iam" -> GcpAuth.Type.IAM;
            default -> throw new IllegalArgumentException("gcpAuth.type must be gce or iam");
        };
    }

    private static Map<String, Object> writeGcpAuth(GcpAuth gcp) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", gcp.type().name().toLowerCase(Locale.ROOT));
        fields.put("allowedServiceAccounts", List.copyOf(gcp.serviceAccounts().values()));
        fields.put(
                "allowedServiceAccountIds", List.copyOf(gcp.serviceAccountIds().values()));
        fields.put("allowedProjects", List.copyOf(gcp.projects().values()));
        fields.put("allowedZones", List.copyOf(gcp.zones().values()));
        fields.put("requireExpiry", gcp.requiresExpiry());
        fields.put("singleUse", gcp.isSingleUse());
        writePolicy(gcp.policy(), fields);
        return fields;
    }

    private static AzureAuth readAzureAuth(Document document) {
        AzureCloud cloud = document.text("cloud").map(AzureCloud::of).orElse(AzureCloud.PUBLIC);
        AzureAuth azure = new AzureAuth(
                cloud,
                document.text("tenantId")
                        .filter(Guid::isValid)
                        .map(Guid::new)
                        .orElseThrow(() -> new IllegalArgumentException("azureAuth.tenantId must be a GUID")),
                document.text("resource").orElse(cloud.resourceManager()),
                document.allowlist("allowedServicePrincipalIds"),
                document.allowlist("allowedResources"),
                readPolicy(document));
        document.requireNothingElse();
        return azure;
    }

    private static Map<String, Object> writeAzureAuth(AzureAuth azure) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cloud", azure.cloud().id());
        fields.put("tenantId", azure.tenantId().value());
        fields.put("resource", azure.resource());
        fields.put(
                "allowedServicePrincipalIds",
                List.copyOf(azure.servicePrincipals().values()));
        fields.put("allowedResources", List.copyOf(azure.resources().values()));
        writePolicy(azure.policy(), fields);
        return fields;
    }

    public static TokenPolicy readPolicy(Document document) {
        Duration maxTtl = document.seconds("accessTokenMaxTTL", TokenPolicy.DEFAULT_TTL);
        Duration ttl = document.seconds("accessTokenTTL", defaultTtl(maxTtl));
        List<String> trustedIps = document.textsOrObjectsWith("accessTokenTrustedIps", "ipAddress");
        return new TokenPolicy(
                ttl,
                maxTtl,
                document.number("accessTokenNumUsesLimit").orElse(0L),
                trustedIps.isEmpty() ? TrustedIps.ANYWHERE : new TrustedIps(trustedIps));
    }

    private static Duration defaultTtl(Duration maxTtl) {
        boolean shorter = !maxTtl.isZero() && maxTtl.compareTo(TokenPolicy.DEFAULT_TTL) < 0;
        return shorter ? maxTtl : TokenPolicy.DEFAULT_TTL;
    }

    public static void writePolicy(TokenPolicy policy, Map<String, Object> fields) {
        fields.put("accessTokenTTL", policy.ttl().toSeconds());
        fields.put("accessTokenMaxTTL", policy.maxTtl().toSeconds());
        fields.put("accessTokenNumUsesLimit", policy.maxUses());
        fields.put("accessTokenTrustedIps", policy.trustedIps().blocks());
    }
}
