package io.sallyport.cli.explain;

import static io.sallyport.Check.ALGORITHM;
import static io.sallyport.Check.AUDIENCE_OWNER;
import static io.sallyport.Check.CLAIMS;
import static io.sallyport.Check.ENABLED;
import static io.sallyport.Check.END;
import static io.sallyport.Check.FORM;
import static io.sallyport.Check.GRANT;
import static io.sallyport.Check.IDENTITY;
import static io.sallyport.Check.KEY;
import static io.sallyport.Check.KEY_TIMES;
import static io.sallyport.Check.METHOD;
import static io.sallyport.Check.REVIEW;
import static io.sallyport.Check.SCOPE;
import static io.sallyport.Check.SERVICE_ACCOUNT;
import static io.sallyport.Check.SIGNATURE;
import static io.sallyport.Check.SUBJECT;
import static io.sallyport.Check.TIMES;
import static io.sallyport.Reason.ALGORITHM_NOT_ALLOWED;
import static io.sallyport.Reason.ASSERTION_MALFORMED;
import static io.sallyport.Reason.AUDIENCE_DISABLED;
import static io.sallyport.Reason.AWS_ACCOUNT_NOT_ALLOWED;
import static io.sallyport.Reason.AWS_PRINCIPAL_NOT_ALLOWED;
import static io.sallyport.Reason.AZURE_RESOURCE_NOT_ALLOWED;
import static io.sallyport.Reason.BAD_SIGNATURE;
import static io.sallyport.Reason.CALLER_NOT_RECOGNIZED;
import static io.sallyport.Reason.CLAIM_MALFORMED;
import static io.sallyport.Reason.CLAIM_MISSING;
import static io.sallyport.Reason.CLAIM_NOT_ALLOWED;
import static io.sallyport.Reason.COMPUTE_CLAIMS_MISSING;
import static io.sallyport.Reason.EMAIL_NOT_VERIFIED;
import static io.sallyport.Reason.EXPIRED;
import static io.sallyport.Reason.EXPIRY_REQUIRED;
import static io.sallyport.Reason.GRANT_MISSING;
import static io.sallyport.Reason.HEADER_NOT_ALLOWED;
import static io.sallyport.Reason.HOST_NOT_ALLOWED;
import static io.sallyport.Reason.IDENTITY_DISABLED;
import static io.sallyport.Reason.IDENTITY_INVALID;
import static io.sallyport.Reason.KEYS_UNAVAILABLE;
import static io.sallyport.Reason.KEY_EXPIRED;
import static io.sallyport.Reason.KEY_NOT_ROTATED;
import static io.sallyport.Reason.LIFETIME_TOO_LONG;
import static io.sallyport.Reason.NAMESPACE_NOT_ALLOWED;
import static io.sallyport.Reason.NODE_NOT_ALLOWED;
import static io.sallyport.Reason.NOT_AUTHENTICATED;
import static io.sallyport.Reason.NOT_YET_VALID;
import static io.sallyport.Reason.NO_AUTH_METHOD;
import static io.sallyport.Reason.POD_NOT_ALLOWED;
import static io.sallyport.Reason.PROJECT_NOT_ALLOWED;
import static io.sallyport.Reason.REVIEWER_REFUSED;
import static io.sallyport.Reason.REVIEW_MODE_UNSUPPORTED;
import static io.sallyport.Reason.REVIEW_UNAVAILABLE;
import static io.sallyport.Reason.SCOPE_NOT_GRANTED;
import static io.sallyport.Reason.SECRET_UNREADABLE;
import static io.sallyport.Reason.SERVICE_ACCOUNT_NOT_ALLOWED;
import static io.sallyport.Reason.SERVICE_PRINCIPAL_NOT_ALLOWED;
import static io.sallyport.Reason.SIGNATURE_EXPIRED;
import static io.sallyport.Reason.SIGNATURE_NOT_YET_VALID;
import static io.sallyport.Reason.SIGNED_HEADERS_NOT_ALLOWED;
import static io.sallyport.Reason.SIGNED_REQUEST_MALFORMED;
import static io.sallyport.Reason.SIGNED_REQUEST_NOT_ALLOWED;
import static io.sallyport.Reason.SPIFFE_ID_NOT_ALLOWED;
import static io.sallyport.Reason.STS_UNAVAILABLE;
import static io.sallyport.Reason.SUBJECT_NOT_ALLOWED;
import static io.sallyport.Reason.SUBJECT_NOT_SERVICE_ACCOUNT;
import static io.sallyport.Reason.TOKEN_TYPE_NOT_ALLOWED;
import static io.sallyport.Reason.UNCONSTRAINED_AUTH_METHOD;
import static io.sallyport.Reason.UNKNOWN_IDENTITY;
import static io.sallyport.Reason.UNKNOWN_KEY;
import static io.sallyport.Reason.WRONG_AUDIENCE;
import static io.sallyport.Reason.WRONG_ISSUER;
import static io.sallyport.Reason.WRONG_SERVER_ID;
import static io.sallyport.Reason.WRONG_TENANT;
import static io.sallyport.Reason.WRONG_TRUST_DOMAIN;
import static io.sallyport.Reason.ZONE_NOT_ALLOWED;
import static io.sallyport.cli.explain.Flaw.around;
import static io.sallyport.cli.explain.Flaw.claim;
import static io.sallyport.cli.explain.Flaw.header;
import static io.sallyport.cli.explain.Flaw.method;
import static io.sallyport.cli.explain.Flaw.without;
import static io.sallyport.method.azure.AzureAuth.AZURE_RESOURCE;
import static io.sallyport.method.azure.AzureAuth.SERVICE_PRINCIPAL;
import static io.sallyport.method.gcp.GcpAuth.PROJECT;
import static io.sallyport.method.gcp.GcpAuth.ZONE;
import static io.sallyport.method.issuer.TrustedIssuer.TRUSTED_CLAIMS;
import static io.sallyport.method.issuer.TrustedIssuer.TRUSTED_SUBJECT;
import static io.sallyport.method.kubernetes.KubernetesAuth.NAMESPACE;
import static io.sallyport.method.kubernetes.KubernetesVerifier.AUTHENTICATED;
import static io.sallyport.method.kubernetes.KubernetesVerifier.REVIEWER;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.sallyport.Check;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.login.TokenIssuer;
import io.sallyport.method.Assertion;
import io.sallyport.method.AssertionAuthenticator;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.aws.AwsAuth;
import io.sallyport.method.aws.AwsVerifier;
import io.sallyport.method.azure.AzureAuth;
import io.sallyport.method.azure.AzureVerifier;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.jwt.JwtAuth;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.method.kubernetes.Placement;
import io.sallyport.method.oidc.OidcAuth;
import io.sallyport.method.provider.Providers;
import io.sallyport.method.spiffe.SpiffeAuth;
import io.sallyport.oauth.GrantPolicy;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.session.SessionFixture;
import io.sallyport.session.Sessions;
import io.sallyport.simulated.ReplacedAddresses;
import io.sallyport.simulated.aws.AwsSession;
import io.sallyport.simulated.aws.AwsStsServer;
import io.sallyport.simulated.aws.CallerIdentitySigner;
import io.sallyport.simulated.aws.SimulatedAws;
import io.sallyport.simulated.aws.TemporaryCredentials;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.simulated.google.Instance;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import io.sallyport.simulated.kubernetes.ClusterServiceAccount;
import io.sallyport.simulated.kubernetes.Pod;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.store.sqlite.SqliteTokenStore;
import io.sallyport.testing.TestClock;
import io.sallyport.token.AccessTokenVerifier;
import io.sallyport.token.Scopes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The simulated clouds and, for each way to log in, a valid credential and everything that can be wrong with it. */
public final class PlatformFixture implements AutoCloseable {
    static final String ISSUER = SessionFixture.ISSUER;
    static final IdentityId ID = new IdentityId("payments");
    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String ARM = "https://management.azure.com/";
    private static final String OID = "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11";
    private static final String TRUSTED = "https://ci.example.com";
    private static final RSAKey TRUSTED_KEY = key();

    final TestClock clock = new TestClock();
    private final long now = clock.instant().getEpochSecond();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedServiceAccount account = google.serviceAccount(EMAIL);
    private final SimulatedEntra entra = SimulatedEntra.start(clock);
    private final SimulatedCluster cluster = SimulatedCluster.start(clock).allowDiscoveryByAnyone();
    private final ClusterServiceAccount pod = cluster.serviceAccount("shop", "payments");
    private final ClusterServiceAccount reviewer = cluster.serviceAccount("sallyport", "reviewer");
    private final SimulatedAws aws = SimulatedAws.start(clock);
    private final AwsStsServer sts = aws.sts();
    private final TemporaryCredentials awsKeys =
            aws.assume(new AwsSession("123456789012", "payments", "i-0123456789abcdef0"));
    private final SqliteDatabase database;
    private final SqliteIdentityStore store;
    private String scope = "read";
    private AddressPolicy addresses = AddressPolicy.forSimulatedClusters();

    private static final List<Check> GOOGLE_ID_TOKEN = List.of(
            FORM,
            ALGORITHM,
            TIMES,
            KEY,
            SIGNATURE,
            Check.ISSUER,
            Check.AUDIENCE,
            END,
            GcpVerifier.EMAIL,
            CLAIMS,
            SERVICE_ACCOUNT,
            GcpAuth.INSTANCE,
            PROJECT,
            ZONE);

    private static final List<Check> GOOGLE_SIGNED_JWT = List.of(
            FORM,
            SUBJECT,
            SERVICE_ACCOUNT,
            ALGORITHM,
            TIMES,
            KEY,
            KEY_TIMES,
            SIGNATURE,
            Check.AUDIENCE,
            Check.ISSUER,
            END);

    private static final List<Check> AZURE_TOKEN = List.of(
            FORM,
            ALGORITHM,
            TIMES,
            KEY,
            SIGNATURE,
            AzureVerifier.TENANT,
            Check.ISSUER,
            Check.AUDIENCE,
            END,
            SERVICE_PRINCIPAL,
            AZURE_RESOURCE);

    private static final List<Check> KUBERNETES_REVIEW = List.of(
            FORM,
            ALGORITHM,
            TIMES,
            END,
            SUBJECT,
            Check.AUDIENCE,
            NAMESPACE,
            SERVICE_ACCOUNT,
            Placement.POD,
            Placement.NODE,
            REVIEWER,
            REVIEW,
            AUTHENTICATED);

    private static final List<Check> KUBERNETES_OFFLINE = List.of(
            FORM,
            ALGORITHM,
            TIMES,
            Check.ISSUER,
            Check.AUDIENCE,
            END,
            SUBJECT,
            NAMESPACE,
            SERVICE_ACCOUNT,
            Placement.POD,
            Placement.NODE,
            KEY,
            SIGNATURE);

    private static final List<Check> AWS_REQUEST = List.of(
            AwsVerifier.SIGNED_REQUEST,
            AwsVerifier.CALLER_IDENTITY,
            AwsVerifier.SIGNED_HEADERS,
            AwsVerifier.SERVER_ID,
            AwsVerifier.SIGNED_AT,
            AwsVerifier.STS,
            AwsAuth.ACCOUNT,
            AwsAuth.PRINCIPAL);

    private static final List<Check> TRUSTED_JWT = List.of(
            FORM,
            CLAIMS,
            Check.ISSUER,
            Check.AUDIENCE,
            TRUSTED_SUBJECT,
            TRUSTED_CLAIMS,
            END,
            ALGORITHM,
            TIMES,
            KEY,
            SIGNATURE);

    private static final List<Check> JWT_SVID = List.of(
            FORM,
            CLAIMS,
            SpiffeAuth.TRUST_DOMAIN,
            Check.AUDIENCE,
            SpiffeAuth.SPIFFE_ID,
            END,
            ALGORITHM,
            TIMES,
            KEY,
            SIGNATURE);

    /**
     * One way to log in.
     *
     * @param token the requirements for its tokens, as shown to operators
     */
    public record Kind(
            String name,
            List<Check> token,
            Class<? extends AuthMethod<?>> type,
            String field,
            Supplier<Credential> good,
            List<Flaw> flaws,
            boolean atTokenService) {
        Kind(
                String name,
                List<Check> token,
                Class<? extends AuthMethod<?>> type,
                String field,
                Supplier<Credential> good,
                List<Flaw> flaws) {
            this(name, token, type, field, good, flaws, false);
        }

        /** The checks in their order. */
        public List<Check> checks() {
            Stream<Check> choice = Stream.of(IDENTITY, ENABLED, METHOD);
            return (atTokenService
                            ? Stream.of(
                                            Stream.of(FORM),
                                            choice,
                                            token.stream().filter(check -> check != FORM),
                                            Stream.of(GRANT, AUDIENCE_OWNER, SCOPE))
                                    .flatMap(checks -> checks)
                            : Stream.concat(choice, token.stream()))
                    .toList();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    public PlatformFixture(Path folder) throws Exception {
        database = SqliteDatabase.open(folder.resolve("sallyport.db"));
        store = new SqliteIdentityStore(database, Providers.DOCUMENTS);
        cluster.allowReviewsBy(reviewer);
        entra.configuration(TENANT);
        saveOwner(false);
    }

    public List<Kind> kinds() {
        return List.of(
                idTokens(),
                signedJwts(),
                azure(),
                reviewed(),
                gateway(),
                offline(),
                aws(),
                trusted(),
                oidc(),
                byAddress(),
                svids(),
                atTokenService());
    }

    private Kind idTokens() {
        Map<String, Object> computeLess = Map.of("compute_engine", Map.of("zone", "europe-west1-b"));
        List<Flaw> flaws = jwt();
        flaws.addAll(List.of(
                around(KEY, KEYS_UNAVAILABLE, "google", () -> google.behaviour().fail(503)),
                claim(Check.ISSUER, WRONG_ISSUER, "iss", "https://evil.example"),
                without(Check.ISSUER, CLAIM_MISSING, "iss"),
                claim(Check.AUDIENCE, WRONG_AUDIENCE, "aud", "other"),
                without(Check.AUDIENCE, CLAIM_MISSING, "aud"),
                claim(Check.AUDIENCE, CLAIM_MALFORMED, "aud", List.of("payments")),
                without(END, CLAIM_MISSING, "exp"),
                without(END, CLAIM_MISSING, "iat"),
                claim(GcpVerifier.EMAIL, EMAIL_NOT_VERIFIED, "email_verified", false),
                without(GcpVerifier.EMAIL, CLAIM_MISSING, "email"),
                without(CLAIMS, CLAIM_MISSING, "sub"),
                claim(CLAIMS, CLAIM_MALFORMED, "google", "x"),
                claim(CLAIMS, CLAIM_MISSING, "google", computeLess),
                method(
                        SERVICE_ACCOUNT,
                        SERVICE_ACCOUNT_NOT_ALLOWED,
                        "allowedServiceAccounts",
                        "other@x.iam.gserviceaccount.com"),
                method(SERVICE_ACCOUNT, SERVICE_ACCOUNT_NOT_ALLOWED, "allowedServiceAccountIds", "1"),
                without(GcpAuth.INSTANCE, COMPUTE_CLAIMS_MISSING, "google"),
                method(PROJECT, PROJECT_NOT_ALLOWED, "allowedProjects", "other"),
                method(ZONE, ZONE_NOT_ALLOWED, "allowedZones", "other")));
        return new Kind(
                "GOOGLE_ID_TOKEN",
                GOOGLE_ID_TOKEN,
                GcpAuth.class,
                "gcpAuth",
                () -> {
                    Credential good = new Credential(google::signIdToken);
                    good.claims.putAll(google.idTokenClaims(
                                    account,
                                    new Instance("shop", 326694433618L, "europe-west1-b", "1", "vm-1", clock.instant()),
                                    ID.value())
                            .build()
                            .toJSONObject());
                    good.method.putAll(Map.of(
                            "type",
                            "gce",
                            "allowedServiceAccounts",
                            EMAIL,
                            "allowedServiceAccountIds",
                            account.uniqueId(),
                            "allowedProjects",
                            "shop",
                            "allowedZones",
                            "europe-west1-b"));
                    return good;
                },
                flaws);
    }

    private Kind signedJwts() {
        List<Flaw> flaws = jwt();
        flaws.addAll(List.of(
                around(KEY, KEYS_UNAVAILABLE, "google", () -> google.behaviour().fail(503)),
                claim(SUBJECT, SUBJECT_NOT_SERVICE_ACCOUNT, "sub", "112233"),
                without(SUBJECT, CLAIM_MISSING, "sub"),
                method(
                        SERVICE_ACCOUNT,
                        SERVICE_ACCOUNT_NOT_ALLOWED,
                        "allowedServiceAccounts",
                        "other@x.iam.gserviceaccount.com"),
                new Flaw(
                        KEY_TIMES,
                        KEY_EXPIRED,
                        Set.of("header kid", "header alg", "header typ", "header jku"),
                        credential -> credential.signer = (header, claims) -> account.signWithExpiredKey(claims)),
                claim(Check.AUDIENCE, WRONG_AUDIENCE, "aud", "other"),
                without(Check.AUDIENCE, CLAIM_MISSING, "aud"),
                claim(Check.ISSUER, WRONG_ISSUER, "iss", "https://evil.example"),
                claim(Check.ISSUER, CLAIM_MALFORMED, "iss", 5L),
                new Flaw(
                        END,
                        KEY_NOT_ROTATED,
                        Set.of("exp", "header kid", "header alg", "header typ", "header jku"),
                        credential -> {
                            credential.claims.remove("exp");
                            credential.signer = (header, claims) -> account.signWithUserManagedKey(claims);
                        }),
                new Flaw(END, EXPIRY_REQUIRED, Set.of("exp", "method"), credential -> {
                    credential.claims.remove("exp");
                    credential.method.put("requireExpiry", true);
                })));
        return new Kind(
                "GOOGLE_SIGNED_JWT",
                GOOGLE_SIGNED_JWT,
                GcpAuth.class,
                "gcpAuth",
                () -> {
                    Credential good = new Credential(account::sign);
                    good.claims.putAll(Map.of("sub", EMAIL, "aud", ID.value(), "exp", now + 600, "iat", now));
                    good.method.putAll(Map.of("type", "iam", "allowedServiceAccounts", EMAIL));
                    return good;
                },
                flaws);
    }

    private Kind azure() {
        List<Flaw> flaws = jwt();
        flaws.addAll(List.of(
                around(
                        KEY,
                        KEYS_UNAVAILABLE,
                        "entra",
                        () -> entra.configurationBehaviour().fail(503)),
                claim(AzureVerifier.TENANT, WRONG_TENANT, "tid", "8b9a4c1e-3d2f-4a5b-9c6d-7e8f90a1b2c3"),
                without(AzureVerifier.TENANT, CLAIM_MISSING, "tid"),
                claim(Check.ISSUER, WRONG_ISSUER, "iss", "https://sts.windows.net/other/"),
                without(Check.ISSUER, CLAIM_MISSING, "iss"),
                claim(Check.AUDIENCE, WRONG_AUDIENCE, "aud", "https://vault.azure.net"),
                without(Check.AUDIENCE, CLAIM_MISSING, "aud"),
                without(END, CLAIM_MISSING, "exp"),
                without(END, CLAIM_MISSING, "nbf"),
                claim(SERVICE_PRINCIPAL, SERVICE_PRINCIPAL_NOT_ALLOWED, "scp", "user_impersonation"),
                claim(SERVICE_PRINCIPAL, CLAIM_MALFORMED, "oid", "*"),
                without(SERVICE_PRINCIPAL, CLAIM_MISSING, "oid"),
                claim(SERVICE_PRINCIPAL, CLAIM_MALFORMED, "xms_mirid", List.of("x")),
                method(SERVICE_PRINCIPAL, SERVICE_PRINCIPAL_NOT_ALLOWED, "allowedServicePrincipalIds", TENANT),
                without(AZURE_RESOURCE, AZURE_RESOURCE_NOT_ALLOWED, "xms_mirid"),
                method(
                        AZURE_RESOURCE,
                        AZURE_RESOURCE_NOT_ALLOWED,
                        "allowedResources",
                        "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/dev")));
        ManagedIdentity machine = new ManagedIdentity(
                TENANT,
                OID,
                "c1d2e3f4-0000-4000-8000-0123456789ab",
                "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/prod"
                        + "/providers/Microsoft.Compute/virtualMachines/vm-1");
        return new Kind(
                "AZURE_TOKEN",
                AZURE_TOKEN,
                AzureAuth.class,
                "azureAuth",
                () -> {
                    Credential good = new Credential(entra::sign);
                    good.claims.putAll(entra.claimsV1(machine, ARM));
                    good.method.putAll(Map.of(
                            "tenantId",
                            TENANT,
                            "allowedServicePrincipalIds",
                            OID,
                            "allowedResources",
                            "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590"));
                    return good;
                },
                flaws);
    }

    private Kind reviewed() {
        List<Flaw> flaws = form();
        flaws.addAll(List.of(
                header(ALGORITHM, ALGORITHM_NOT_ALLOWED, "alg", "PS256"),
                claim(TIMES, EXPIRED, "exp", now - 60),
                claim(TIMES, CLAIM_MALFORMED, "exp", "soon"),
                without(END, CLAIM_MISSING, "exp"),
                claim(SUBJECT, SUBJECT_NOT_SERVICE_ACCOUNT, "sub", "admin"),
                without(SUBJECT, CLAIM_MISSING, "sub"),
                claim(Check.AUDIENCE, WRONG_AUDIENCE, "aud", List.of("vault")),
                claim(Check.AUDIENCE, CLAIM_MALFORMED, "aud", 5L),
                claim(SERVICE_ACCOUNT, CLAIM_MALFORMED, "kubernetes.io", "x"),
                method(REVIEWER, SECRET_UNREADABLE, "tokenReviewerJwtSealed", "v2.of-another-key-000"),
                around(
                        REVIEW,
                        REVIEW_UNAVAILABLE,
                        "cluster",
                        () -> cluster.behaviour().fail(500)),
                around(
                        REVIEW,
                        REVIEWER_REFUSED,
                        "cluster",
                        () -> cluster.behaviour().fail(403)),
                around(REVIEW, HOST_NOT_ALLOWED, "cluster", () -> addresses = AddressPolicy.publicOnly()),
                around(
                        AUTHENTICATED,
                        NOT_AUTHENTICATED,
                        "cluster",
                        () -> cluster.behaviour()
                                .edit(usual -> usual.replace("\"authenticated\":true", "\"authenticated\":false"))),
                method(NAMESPACE, NAMESPACE_NOT_ALLOWED, "allowedNamespaces", "other"),
                method(SERVICE_ACCOUNT, SERVICE_ACCOUNT_NOT_ALLOWED, "allowedNames", "other"),
                method(SERVICE_ACCOUNT, SERVICE_ACCOUNT_NOT_ALLOWED, "allowedServiceAccountIds", "other"),
                method(Placement.POD, POD_NOT_ALLOWED, "allowedPodNames", "web-*"),
                method(Placement.NODE, NODE_NOT_ALLOWED, "allowedNodes", "node-2")));
        return new Kind(
                "KUBERNETES_REVIEW",
                KUBERNETES_REVIEW,
                KubernetesAuth.class,
                "kubernetesAuth",
                () -> {
                    Credential good = pod();
                    good.method.putAll(Map.of(
                            "kubernetesHost",
                            cluster.host(),
                            "caCert",
                            cluster.caCertificate(),
                            "tokenReviewerJwtSealed",
                            "v2.encrypted-reviewer-token"));
                    return good;
                },
                flaws);
    }

    private Kind gateway() {
        return new Kind(
                "KUBERNETES_REVIEW",
                KUBERNETES_REVIEW,
                KubernetesAuth.class,
                "kubernetesAuth",
                () -> {
                    Credential good = pod();
                    good.method.putAll(Map.of(
                            "kubernetesHost",
                            cluster.host(),
                            "caCert",
                            cluster.caCertificate(),
                            "tokenReviewerJwtSealed",
                            "v2.encrypted-reviewer-token"));
                    return good;
                },
                List.of(new Flaw(REVIEW, REVIEW_MODE_UNSUPPORTED, Set.of("method"), credential -> {
                    credential.method.keySet().removeAll(Set.of("kubernetesHost", "caCert", "tokenReviewerJwtSealed"));
                    credential.method.putAll(Map.of("tokenReviewMode", "gateway", "gatewayId", "g1"));
                })));
    }

    private Kind offline() {
        List<Flaw> flaws = jwt();
        flaws.addAll(List.of(
                around(
                        KEY,
                        KEYS_UNAVAILABLE,
                        "cluster",
                        () -> cluster.behaviour().fail(500)),
                claim(Check.ISSUER, WRONG_ISSUER, "iss", "https://evil.example"),
                without(Check.ISSUER, CLAIM_MISSING, "iss"),
                claim(Check.AUDIENCE, WRONG_AUDIENCE, "aud", List.of("vault")),
                claim(Check.AUDIENCE, CLAIM_MALFORMED, "aud", "sallyport"),
                without(END, CLAIM_MISSING, "exp"),
                without(END, CLAIM_MISSING, "iat"),
                claim(SUBJECT, SUBJECT_NOT_SERVICE_ACCOUNT, "sub", "admin"),
                without(SUBJECT, CLAIM_MISSING, "kubernetes.io"),
                claim(SUBJECT, CLAIM_MALFORMED, "sub", "system:serviceaccount:shop:web"),
                method(NAMESPACE, NAMESPACE_NOT_ALLOWED, "allowedNamespaces", "other"),
                method(SERVICE_ACCOUNT, SERVICE_ACCOUNT_NOT_ALLOWED, "allowedNames", "other"),
                method(Placement.POD, POD_NOT_ALLOWED, "allowedPodNames", "web-*"),
                method(Placement.NODE, NODE_NOT_ALLOWED, "allowedNodes", "node-2")));
        return new Kind(
                "KUBERNETES_OFFLINE",
                KUBERNETES_OFFLINE,
                KubernetesAuth.class,
                "kubernetesAuth",
                () -> {
                    Credential good = pod();
                    good.method.putAll(Map.of(
                            "tokenReviewMode",
                            "jwks",
                            "jwksIssuer",
                            cluster.issuer(),
                            "caCert",
                            cluster.caCertificate()));
                    return good;
                },
                flaws);
    }

    private Credential pod() {
        Credential good = new Credential(cluster::sign);
        good.header.remove("typ");
        good.claims.putAll(pod.claims(List.of("sallyport"), Duration.ofHours(1), Optional.of(Pod.named("payments-0"))));
        good.method.putAll(
                Map.of("allowedNamespaces", "shop", "allowedNames", "payments", "allowedAudience", "sallyport"));
        return good;
    }

    /** A credential is the headers of the signed request, as claims; {@code method}, {@code body} and the like are signed. */
    private Kind aws() {
        List<Flaw> flaws = identity();
        flaws.addAll(List.of(
                new Flaw(
                        AwsVerifier.SIGNED_REQUEST,
                        SIGNED_REQUEST_MALFORMED,
                        Set.of("way"),
                        credential -> credential.way = login -> login.replace("iamRequestHeaders", "headers")),
                claim(AwsVerifier.CALLER_IDENTITY, SIGNED_REQUEST_NOT_ALLOWED, "method", "GET"),
                claim(AwsVerifier.CALLER_IDENTITY, SIGNED_REQUEST_NOT_ALLOWED, "body", "Action=AssumeRole"),
                claim(AwsVerifier.CALLER_IDENTITY, SIGNED_REQUEST_NOT_ALLOWED, "Host", "sts.amazonaws.com"),
                claim(AwsVerifier.SIGNED_HEADERS, SIGNED_HEADERS_NOT_ALLOWED, "X-Amz-Target", "x"),
                claim(AwsVerifier.SERVER_ID, WRONG_SERVER_ID, "X-Sallyport-Server-Id", "evil.example"),
                method(AwsVerifier.SERVER_ID, WRONG_SERVER_ID, "requireServerId", true),
                claim(AwsVerifier.SIGNED_AT, SIGNATURE_EXPIRED, "X-Amz-Date", "20260301T114459Z"),
                claim(AwsVerifier.SIGNED_AT, SIGNATURE_NOT_YET_VALID, "X-Amz-Date", "20260301T120501Z"),
                claim(AwsVerifier.STS, CALLER_NOT_RECOGNIZED, "X-Amz-Security-Token", "another"),
                around(
                        AwsVerifier.STS,
                        STS_UNAVAILABLE,
                        "sts",
                        () -> sts.behaviour().fail(503, "ServiceUnavailable")),
                method(AwsAuth.ACCOUNT, AWS_ACCOUNT_NOT_ALLOWED, "allowedAccountIds", "999999999999"),
                method(
                        AwsAuth.PRINCIPAL,
                        AWS_PRINCIPAL_NOT_ALLOWED,
                        "allowedPrincipalArns",
                        "arn:aws:iam::123456789012:role/web")));
        return new Kind(
                "AWS_REQUEST",
                AWS_REQUEST,
                AwsAuth.class,
                "awsAuth",
                () -> {
                    Credential good = new Credential(this::signForAws);
                    good.method.putAll(Map.of(
                            "allowedAccountIds",
                            "123456789012",
                            "allowedPrincipalArns",
                            "arn:aws:iam::123456789012:role/payments"));
                    return good;
                },
                flaws);
    }

    private String signForAws(String unused, String changes) {
        CallerIdentitySigner signer = new CallerIdentitySigner(awsKeys, "eu-west-1", clock.instant());
        try {
            Json.parseObject(changes).forEach((name, value) -> {
                String text = String.valueOf(value);
                switch (name) {
                    case "method" -> signer.method(text);
                    case "body" -> signer.body(text);
                    default -> signer.header(name, text);
                }
            });
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(e);
        }
        return Json.writeString(signer.login());
    }

    private Kind trusted() {
        List<Flaw> flaws = jwt();
        flaws.addAll(List.of(
                without(CLAIMS, CLAIM_MISSING, "iss"),
                without(CLAIMS, CLAIM_MISSING, "sub"),
                claim(CLAIMS, CLAIM_MALFORMED, "sub", 5L),
                claim(CLAIMS, WRONG_AUDIENCE, "aud", List.of(ISSUER, "x")),
                claim(Check.ISSUER, WRONG_ISSUER, "iss", "https://evil.example"),
                claim(Check.ISSUER, WRONG_ISSUER, "iss", ISSUER),
                claim(Check.AUDIENCE, WRONG_AUDIENCE, "aud", "other"),
                claim(TRUSTED_SUBJECT, SUBJECT_NOT_ALLOWED, "sub", "repo:shop/web"),
                claim(TRUSTED_CLAIMS, CLAIM_NOT_ALLOWED, "ref", "refs/heads/dev"),
                without(END, CLAIM_MISSING, "exp"),
                claim(END, CLAIM_MALFORMED, "exp", "soon")));
        return new Kind(
                "TRUSTED_JWT",
                TRUSTED_JWT,
                JwtBearerAuth.class,
                "jwtBearerAuth",
                () -> {
                    Credential good = new Credential(PlatformFixture::sign);
                    good.claims.putAll(Map.of(
                            "iss",
                            TRUSTED,
                            "sub",
                            "repo:shop/frontend",
                            "aud",
                            ISSUER,
                            "ref",
                            "refs/heads/main",
                            "exp",
                            now + 600,
                            "iat",
                            now));
                    good.method.put(
                            "trustedIssuers",
                            List.of(Map.of(
                                    "issuer",
                                    TRUSTED,
                                    "subject",
                                    "repo:shop/frontend",
                                    "audience",
                                    ISSUER,
                                    "claims",
                                    Map.of("ref", "refs/heads/main"),
                                    "jwks",
                                    new JWKSet(TRUSTED_KEY.toPublicJWK()).toString())));
                    return good;
                },
                flaws.stream()
                        // Here exp is checked first, and only once.
                        .filter(flaw -> flaw.check() != TIMES
                                || flaw.reason() != CLAIM_MALFORMED
                                || !flaw.touches().contains("exp"))
                        .toList());
    }

    private Kind oidc() {
        List<Flaw> flaws = ofIssuer(cluster.issuer());
        flaws.add(around(
                KEY, KEYS_UNAVAILABLE, "cluster", () -> cluster.behaviour().fail(503)));
        return new Kind(
                "OIDC_JWT",
                TRUSTED_JWT,
                OidcAuth.class,
                "oidcAuth",
                () -> {
                    Credential good =
                            bound(new Credential((header, claims) -> cluster.sign(header, claims)), cluster.issuer());
                    good.method.put("oidcDiscoveryUrl", cluster.issuer());
                    good.method.put("caCert", cluster.caCertificate());
                    return good;
                },
                flaws);
    }

    private Kind byAddress() {
        return new Kind(
                "JWT_BY_ADDRESS",
                TRUSTED_JWT,
                JwtAuth.class,
                "jwtAuth",
                () -> {
                    Credential good = bound(new Credential((header, claims) -> cluster.sign(header, claims)), TRUSTED);
                    good.method.put("configurationType", "jwks");
                    good.method.put("jwksUrl", cluster.host() + "/openid/v1/jwks");
                    good.method.put("jwksCaCert", cluster.caCertificate());
                    return good;
                },
                ofIssuer(TRUSTED));
    }

    /** What can be wrong with a JWT of an issuer that an identity trusts. */
    private List<Flaw> ofIssuer(String issuer) {
        List<Flaw> flaws = jwt();
        flaws.addAll(List.of(
                without(CLAIMS, CLAIM_MISSING, "iss"),
                claim(CLAIMS, CLAIM_MALFORMED, "sub", 5L),
                claim(CLAIMS, WRONG_AUDIENCE, "aud", List.of(ISSUER, "x")),
                claim(Check.ISSUER, WRONG_ISSUER, "iss", issuer + "/"),
                claim(Check.AUDIENCE, WRONG_AUDIENCE, "aud", "other"),
                claim(TRUSTED_SUBJECT, SUBJECT_NOT_ALLOWED, "sub", "repo:shop/web"),
                claim(TRUSTED_CLAIMS, CLAIM_NOT_ALLOWED, "ref", "refs/heads/dev"),
                without(END, CLAIM_MISSING, "exp"),
                claim(END, CLAIM_MALFORMED, "exp", "soon")));
        flaws.removeIf(PlatformFixture::isOfExpAtItsTimes);
        return flaws;
    }

    /** Here exp is checked first, and only once. */
    private static boolean isOfExpAtItsTimes(Flaw flaw) {
        return flaw.check() == TIMES
                && flaw.reason() == CLAIM_MALFORMED
                && flaw.touches().contains("exp");
    }

    private Credential bound(Credential good, String issuer) {
        good.claims.putAll(Map.of(
                "iss",
                issuer,
                "sub",
                "repo:shop/frontend",
                "aud",
                ISSUER,
                "ref",
                List.of("refs/heads/main"),
                "exp",
                now + 600,
                "iat",
                now));
        good.method.put("boundIssuer", issuer);
        good.method.put("boundAudiences", ISSUER);
        good.method.put("boundSubject", "repo:shop/frontend");
        good.method.put("boundClaims", Map.of("ref", "refs/heads/main"));
        return good;
    }

    private Kind svids() {
        List<Flaw> flaws = jwt();
        flaws.addAll(List.of(
                without(CLAIMS, CLAIM_MISSING, "sub"),
                claim(CLAIMS, WRONG_ISSUER, "iss", ISSUER),
                claim(CLAIMS, WRONG_AUDIENCE, "aud", List.of(ISSUER, "x")),
                claim(SpiffeAuth.TRUST_DOMAIN, WRONG_TRUST_DOMAIN, "sub", "spiffe://dev.example.com/ns/shop/sa/web"),
                claim(SpiffeAuth.TRUST_DOMAIN, WRONG_TRUST_DOMAIN, "sub", "spiffe://prod.example.com/ns/../sa/web"),
                claim(Check.AUDIENCE, WRONG_AUDIENCE, "aud", "other"),
                claim(SpiffeAuth.SPIFFE_ID, SPIFFE_ID_NOT_ALLOWED, "sub", "spiffe://prod.example.com/ns/dev/sa/web"),
                without(END, CLAIM_MISSING, "exp"),
                claim(END, CLAIM_MALFORMED, "exp", "soon")));
        flaws.removeIf(PlatformFixture::isOfExpAtItsTimes);
        return new Kind(
                "JWT_SVID",
                JWT_SVID,
                SpiffeAuth.class,
                "spiffeAuth",
                () -> {
                    Credential good = new Credential(PlatformFixture::sign);
                    good.claims.putAll(Map.of(
                            "sub",
                            "spiffe://prod.example.com/ns/shop/sa/web",
                            "aud",
                            List.of(ISSUER),
                            "exp",
                            now + 600,
                            "iat",
                            now));
                    good.method.put("trustDomain", "prod.example.com");
                    good.method.put("allowedSpiffeIds", "spiffe://prod.example.com/ns/shop/**");
                    good.method.put("allowedAudiences", ISSUER);
                    good.method.put("bundle", bundle());
                    return good;
                },
                flaws);
    }

    private static String bundle() {
        Map<String, Object> key = new LinkedHashMap<>(TRUSTED_KEY.toPublicJWK().toJSONObject());
        key.put("use", "jwt-svid");
        return Json.writeString(Map.of("keys", List.of(key)));
    }

    private static String sign(String header, String claims) {
        try {
            String head = header.replace("KID", TRUSTED_KEY.getKeyID());
            var encoder = java.util.Base64.getUrlEncoder().withoutPadding();
            String input = encoder.encodeToString(head.getBytes(java.nio.charset.StandardCharsets.UTF_8)) + "."
                    + encoder.encodeToString(claims.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            java.security.Signature signature = java.security.Signature.getInstance("SHA256withRSA");
            signature.initSign(TRUSTED_KEY.toPrivateKey());
            signature.update(input.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return input + "." + encoder.encodeToString(signature.sign());
        } catch (java.security.GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What can be wrong with any identity. */
    private static List<Flaw> identity() {
        return new ArrayList<>(List.of(
                new Flaw(IDENTITY, UNKNOWN_IDENTITY, Set.of("identity"), credential -> credential.stored = false),
                new Flaw(
                        IDENTITY,
                        IDENTITY_INVALID,
                        Set.of("identity"),
                        credential -> credential.identity.put("nonsense", 1L)),
                new Flaw(
                        IDENTITY,
                        UNCONSTRAINED_AUTH_METHOD,
                        Set.of("identity", "method"),
                        credential -> credential.identity.put("gcpAuth", Map.of("type", "gce"))),
                new Flaw(
                        ENABLED,
                        IDENTITY_DISABLED,
                        Set.of("identity disabled"),
                        credential -> credential.identity.put("disabled", true)),
                new Flaw(METHOD, NO_AUTH_METHOD, Set.of("method"), credential -> credential.method.clear())));
    }

    /** What can be wrong with any token and any identity. */
    private static List<Flaw> form() {
        List<Flaw> flaws = identity();
        flaws.addAll(List.of(
                new Flaw(
                        FORM, ASSERTION_MALFORMED, Set.of("way"), credential -> credential.way = token -> token + ".x"),
                header(FORM, HEADER_NOT_ALLOWED, "jku", "https://evil.example"),
                header(FORM, TOKEN_TYPE_NOT_ALLOWED, "typ", "at+jwt")));
        return flaws;
    }

    /** What can be wrong with a JWT whose signature Sallyport verifies itself. */
    private List<Flaw> jwt() {
        List<Flaw> flaws = form();
        flaws.addAll(List.of(
                header(ALGORITHM, ALGORITHM_NOT_ALLOWED, "alg", "RS512"),
                claim(TIMES, EXPIRED, "exp", now - 60),
                claim(TIMES, LIFETIME_TOO_LONG, "exp", now + 30 * 3600),
                claim(TIMES, NOT_YET_VALID, "iat", now + 61),
                claim(TIMES, CLAIM_MALFORMED, "nbf", "now"),
                claim(TIMES, CLAIM_MALFORMED, "exp", "soon"),
                header(KEY, UNKNOWN_KEY, "kid", "made-up"),
                new Flaw(SIGNATURE, BAD_SIGNATURE, Set.of("way"), Credential::swapSignature)));
        return flaws;
    }

    /** A request for an audience, with the flaws around an assertion; the others are the same as at a login. */
    private Kind atTokenService() {
        Kind login = idTokens();
        List<Flaw> flaws = form();
        flaws.addAll(List.of(
                claim(METHOD, CLAIM_MALFORMED, "iss", 5L),
                claim(METHOD, CLAIM_MALFORMED, "sub", 5L),
                claim(METHOD, NO_AUTH_METHOD, "iss", "https://evil.example"),
                claim(TIMES, EXPIRED, "exp", now - 60),
                method(PROJECT, PROJECT_NOT_ALLOWED, "allowedProjects", "other"),
                new Flaw(GRANT, GRANT_MISSING, Set.of("grants"), credential -> credential.identity.remove("grants")),
                around(AUDIENCE_OWNER, AUDIENCE_DISABLED, "owner", () -> saveOwner(true)),
                around(SCOPE, SCOPE_NOT_GRANTED, "scope", () -> scope = "write")));
        return new Kind(
                "GOOGLE_ID_TOKEN",
                GOOGLE_ID_TOKEN,
                GcpAuth.class,
                "gcpAuth",
                () -> {
                    Credential good = login.good().get();
                    good.identity.put("grants", List.of(Map.of("audience", "orders-api", "scopes", List.of("read"))));
                    return good;
                },
                flaws,
                true);
    }

    private void saveOwner(boolean disabled) {
        try {
            store.save(Providers.DOCUMENTS.read(
                    new IdentityId("orders-server"),
                    Map.of(
                            "disabled",
                            disabled,
                            "audiences",
                            List.of(Map.of("name", "orders-api", "scopes", List.of("read", "write"))))));
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    /** Diagnoses it with freshly fetched keys. */
    public Diagnosis diagnose(Kind kind, Credential credential) {
        save(ID, kind.field(), credential);
        Assertion assertion = new Assertion(credential.token());
        return kind.atTokenService()
                ? check().token(
                                assertion,
                                ID.value(),
                                new GrantPolicy.TargetRequest(
                                        Optional.of("orders-api"), Optional.of(Scopes.parse(scope))))
                : check().login(assertion, ID.value(), kind.type());
    }

    private void save(IdentityId id, String field, Credential credential) {
        try {
            store.delete(id);
            if (credential.stored) {
                Map<String, Object> fields = new LinkedHashMap<>(credential.identity);
                if (!credential.method.isEmpty()) {
                    fields.putIfAbsent(field, new HashMap<>(credential.method));
                }
                store.saveDocument(id, Json.writeString(fields));
            }
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    CredentialCheck check() {
        CachedIdentities identities = new CachedIdentities(store, Duration.ZERO, clock);
        HttpsGuardedHosts hosts = new HttpsGuardedHosts(addresses);
        return new CredentialCheck(
                identities,
                new AssertionAuthenticator(
                        identities,
                        Providers.verifiers(new VerifierContext(
                                ReplacedAddresses.of(
                                        google.replacedAddresses(), entra.replacedAddresses(), sts.replacedAddresses()),
                                HttpFetcher.plainHttpToo(),
                                hosts,
                                new Reviewers(),
                                ISSUER))),
                new Sessions(
                        new AccessTokenVerifier(ISSUER, SessionFixture.KEYS),
                        identities,
                        new SqliteTokenStore(database, clock)),
                new GrantPolicy(identities, TokenIssuer.own(ISSUER)),
                ISSUER,
                clock.instant());
    }

    public void recover() {
        saveOwner(false);
        scope = "read";
        addresses = AddressPolicy.forSimulatedClusters();
        google.behaviour().recover();
        entra.configurationBehaviour().recover();
        cluster.behaviour().recover();
        sts.behaviour().recover();
    }

    @Override
    public void close() throws java.io.IOException {
        google.close();
        entra.close();
        cluster.close();
        aws.close();
        database.close();
    }

    /** Decrypts the only secret that exists. */
    private final class Reviewers implements SecretCipher {
        @Override
        public EncryptedSecret encrypt(Secret secret, EncryptionContext place) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) throws Refused {
            if (!encryptedSecret.text().equals("v2.encrypted-reviewer-token")) {
                throw new Refused(Reason.SECRET_UNREADABLE, "encrypted with another key");
            }
            return new Secret(reviewer.token());
        }
    }
}
