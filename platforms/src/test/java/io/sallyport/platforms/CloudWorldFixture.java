package io.sallyport.platforms;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.IdentityStore;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.Secret;
import io.sallyport.store.firestore.FirestoreDatabase;
import io.sallyport.store.firestore.FirestoreEmulator;
import io.sallyport.store.firestore.FirestoreIdentityStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/**
 * The world around one deployment: its keys and its store, a cluster, a trusted issuer, Google and Entra, whose keys
 * cannot be fetched, and the identities that they vouch for.
 */
final class CloudWorldFixture {
    static final String ISSUER = "https://login.example.com";
    static final String SECRET = "a client secret of the orders server, 100% made up";
    static final String ORDERS_API = "orders-api";

    private static final String CLUSTER = "https://kubernetes.example.com";
    private static final String CI = "https://ci.example.com";
    private static final String TENANT = "a1b2c3d4-0000-4000-8000-00000000000a";
    private static final String NOTHING_LISTENS = "127.0.0.1:1";

    private final ECKey signingKey = ecKey();
    private final ECKey clusterKey = ecKey();
    private final ECKey ciKey = ecKey();
    private final RSAKey platformKey = rsaKey();
    private final Optional<String> emulator;
    private final String project;
    private final Queue<String> credentials = new ConcurrentLinkedQueue<>(List.of(SECRET));

    /** @param emulator host and port of the Firestore emulator, if there is one */
    CloudWorldFixture(Optional<String> emulator) {
        this.emulator = emulator;
        this.project = FirestoreEmulator.freshProject();
    }

    boolean hasStore() {
        return emulator.isPresent();
    }

    /** A function's variables, according to the needs in the route table. */
    Map<String, String> variables(Function function) {
        Map<String, String> variables = new HashMap<>();
        variables.put("SALLYPORT_ISSUER", ISSUER);
        JWKSet keys = new JWKSet(signingKey);
        variables.put(
                function.signs() ? "SALLYPORT_SIGNING_KEYS" : "SALLYPORT_PUBLIC_KEYS",
                keys.toString(!function.signs()));
        if (function.stores()) {
            variables.put("SALLYPORT_STORE", "firestore:" + project + "/sallyport");
            variables.put("FIRESTORE_EMULATOR_HOST", emulator.orElse(NOTHING_LISTENS));
            // Longer than a whole run, so that no test depends on its duration.
            variables.put("SALLYPORT_IDENTITY_CACHE_SECONDS", "60");
        }
        if (function.unseals()) {
            variables.put("SALLYPORT_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        }
        return variables;
    }

    /** The private part of the signing key. */
    String privatePart() {
        return signingKey.getD().toString();
    }

    /** Writes all identities to the store. */
    void register() throws Refused {
        if (!hasStore()) {
            return;
        }
        try (FirestoreDatabase database = FirestoreEmulator.database(project)) {
            IdentityStore identities = new FirestoreIdentityStore(database, Providers.DOCUMENTS);
            save(identities, "payments", Map.of("kubernetesAuth", pod("payments", Map.of("accessTokenTTL", 600))));
            save(
                    identities,
                    "restricted",
                    Map.of(
                            "kubernetesAuth",
                            pod("restricted", Map.of("accessTokenTrustedIps", List.of("198.51.100.0/24")))));
            save(identities, "chief", Map.of("role", "admin", "kubernetesAuth", pod("chief", Map.of())));
            save(identities, "disabled", Map.of("disabled", true, "kubernetesAuth", pod("disabled", Map.of())));
            save(identities, "deployer", deployer());
            save(identities, "orders", orders());
            save(
                    identities,
                    "vm",
                    Map.of(
                            "gcpAuth",
                            Map.of("type", "gce", "allowedServiceAccounts", "vm@shop.iam.gserviceaccount.com")));
            save(
                    identities,
                    "job",
                    Map.of(
                            "gcpAuth",
                            Map.of("type", "iam", "allowedServiceAccounts", "job@shop.iam.gserviceaccount.com")));
            save(
                    identities,
                    "azure-vm",
                    Map.of("azureAuth", Map.of("tenantId", TENANT, "allowedServicePrincipalIds", TENANT)));
            save(identities, "aws-vm", Map.of("awsAuth", Map.of("allowedAccountIds", "123456789012")));
        }
    }

    private static void save(IdentityStore identities, String id, Map<String, Object> document) throws Refused {
        identities.save(Providers.DOCUMENTS.read(new IdentityId(id), document));
    }

    private Map<String, Object> pod(String account, Map<String, Object> more) {
        Map<String, Object> method = new HashMap<>(Map.of(
                "tokenReviewMode",
                "jwks",
                "jwksIssuer",
                CLUSTER,
                "jwksAlgorithm",
                "ES256",
                "jwksKeys",
                published(clusterKey),
                "allowedNamespaces",
                "shop",
                "allowedNames",
                account,
                "allowedAudience",
                ISSUER));
        method.putAll(more);
        return method;
    }

    private Map<String, Object> deployer() {
        return Map.of(
                "grants",
                List.of(Map.of("audience", ORDERS_API, "scopes", List.of("read", "write"))),
                "jwtBearerAuth",
                Map.of(
                        "accessTokenNumUsesLimit",
                        2,
                        "trustedIssuers",
                        List.of(Map.of(
                                "issuer",
                                CI,
                                "subject",
                                "repo:shop/orders:ref:refs/heads/main",
                                "audience",
                                ISSUER,
                                "algorithm",
                                "ES256",
                                "jwks",
                                published(ciKey)))));
    }

    private static Map<String, Object> orders() {
        ClientSecret secret = ClientSecret.of("first", new Secret(SECRET), Instant.EPOCH);
        return Map.of(
                "audiences",
                List.of(Map.of("name", ORDERS_API, "scopes", List.of("read", "write"))),
                "clientSecretAuth",
                Map.of("secrets", List.of(Map.of("id", secret.id(), "sha256", secret.sha256()))));
    }

    private static String published(JWK key) {
        return new JWKSet(key.toPublicJWK()).toString();
    }

    /** The projected token of a service account of the shop. */
    String podToken(String account) throws JOSEException {
        return podToken(account, UnaryOperator.identity());
    }

    String podToken(String account, UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
        return signAsCluster(clusterKey, change.apply(podClaims(account)));
    }

    private static JWTClaimsSet.Builder podClaims(String account) {
        Map<String, Object> about =
                Map.of("namespace", "shop", "serviceaccount", Map.of("name", account, "uid", "uid-of-" + account));
        return claims(CLUSTER, "system:serviceaccount:shop:" + account, ISSUER).claim("kubernetes.io", about);
    }

    /** A pod's token signed with a key that the cluster does not have. */
    String forgedPodToken(String account) throws JOSEException {
        ECKey other = new ECKey.Builder(ecKey()).keyID(clusterKey.getKeyID()).build();
        return signAsCluster(other, podClaims(account));
    }

    /** The token of a run in the CI system. */
    String ciToken() throws JOSEException {
        return sign(ciKey, claims(CI, "repo:shop/orders:ref:refs/heads/main", ISSUER));
    }

    /** As Google would sign it for a machine. */
    String idToken(String identity) throws JOSEException {
        return sign(
                platformKey,
                claims("https://accounts.google.com", "1234567890", identity)
                        .claim("email", "vm@shop.iam.gserviceaccount.com")
                        .claim("email_verified", true));
    }

    /** As {@code signJwt} would for a service account. */
    String signedJwt(String identity) throws JOSEException {
        String account = "job@shop.iam.gserviceaccount.com";
        return sign(platformKey, claims(account, account, identity));
    }

    /** As Entra would for a managed identity. */
    String managedIdentityToken() throws JOSEException {
        return sign(
                platformKey,
                claims("https://sts.windows.net/" + TENANT + "/", TENANT, "https://management.azure.com/")
                        .claim("tid", TENANT)
                        .claim("oid", TENANT));
    }

    private static JWTClaimsSet.Builder claims(String issuer, String subject, String audience) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(subject)
                .audience(audience)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    private String sign(JWK key, JWTClaimsSet.Builder claims) throws JOSEException {
        return sign(key, claims.build().toJSONObject());
    }

    /** Kubernetes always writes a list of audiences; the library would write a single one as a string. */
    private String signAsCluster(ECKey key, JWTClaimsSet.Builder claims) throws JOSEException {
        JWTClaimsSet set = claims.build();
        Map<String, Object> fields = new HashMap<>(set.toJSONObject());
        fields.put("aud", set.getAudience());
        return sign(key, fields);
    }

    private String sign(JWK key, Map<String, Object> claims) throws JOSEException {
        boolean ec = key instanceof ECKey;
        JWSSigner signer = ec ? new ECDSASigner(key.toECKey()) : new RSASSASigner(key.toRSAKey());
        JWSObject jwt = new JWSObject(
                new JWSHeader.Builder(ec ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.getKeyID())
                        .build(),
                new Payload(claims));
        jwt.sign(signer);
        return credential(jwt.serialize());
    }

    /** Records what must not be in any log. */
    String credential(String text) {
        credentials.add(text);
        return text;
    }

    /** All credentials that were sent or issued here. */
    List<String> credentials() {
        return List.copyOf(credentials);
    }

    private static ECKey ecKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey rsaKey() {
        try {
            return new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
