package io.sallyport.cli.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.IdentityId;
import io.sallyport.cli.Cli;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.testing.TestEnvironment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that set how identities log in. */
class AuthCommandTest {
    private static final String ISSUER = "https://token.actions.githubusercontent.com";
    private static final String REVIEWER = "eyJoZWFk.canary-reviewer.c2ln";

    @TempDir
    private Path folder;

    private Cli cli;

    @BeforeEach
    void makeAnIdentity() {
        cli = new Cli(folder.resolve("data"));
        cli.done("identity", "create", "a");
    }

    @Test
    void attachesAndThenChangesWhatIsNamed() {
        cli.done(
                "auth",
                "set",
                "gcp",
                "a",
                "--allowed-service-accounts=x@p.iam.gserviceaccount.com",
                "--allowed-zones=europe-west1-b,europe-west1-c",
                "--ttl=600",
                "--max-ttl=3600",
                "--max-uses=5",
                "--trusted-ip=10.0.0.0/8",
                "--trusted-ip=192.0.2.1");
        assertThat(method("gcp", "gcpAuth"))
                .containsEntry("type", "gce")
                .containsEntry("allowedServiceAccounts", List.of("x@p.iam.gserviceaccount.com"))
                .containsEntry("allowedZones", List.of("europe-west1-b", "europe-west1-c"))
                .containsEntry("accessTokenTTL", 600L)
                .containsEntry("accessTokenMaxTTL", 3600L)
                .containsEntry("accessTokenNumUsesLimit", 5L)
                .containsEntry("accessTokenTrustedIps", List.of("10.0.0.0/8", "192.0.2.1"));

        cli.done(
                "auth",
                "set",
                "gcp",
                "a",
                "--type=iam",
                "--allowed-zones=",
                "--single-use",
                "--require-expiry",
                "--trusted-ip=0.0.0.0/0,::/0");
        assertThat(method("gcp", "gcpAuth"))
                .containsEntry("type", "iam")
                .containsEntry("allowedServiceAccounts", List.of("x@p.iam.gserviceaccount.com"))
                .containsEntry("allowedZones", List.of())
                .containsEntry("singleUse", true)
                .containsEntry("requireExpiry", true)
                .containsEntry("accessTokenTTL", 600L);
        assertThat(method("gcp", "gcpAuth").get("accessTokenTrustedIps").toString())
                .contains("0.0.0.0/0");

        cli.done("auth", "set", "gcp", "a", "--no-single-use", "--no-require-expiry");
        assertThat(method("gcp", "gcpAuth"))
                .containsEntry("singleUse", false)
                .containsEntry("requireExpiry", false)
                .containsEntry("type", "iam");
    }

    @Test
    void setsAMethodOfAws() {
        cli.done(
                "auth",
                "set",
                "aws",
                "a",
                "--allowed-principal-arns=arn:aws:iam::123456789012:role/payments-*",
                "--allowed-account-ids=123456789012",
                "--require-server-id",
                "--ttl=600");
        assertThat(method("aws", "awsAuth"))
                .containsEntry("allowedPrincipalArns", List.of("arn:aws:iam::123456789012:role/payments-*"))
                .containsEntry("allowedAccountIds", List.of("123456789012"))
                .containsEntry("stsEndpoint", "https://sts.amazonaws.com/")
                .containsEntry("singleUse", true)
                .containsEntry("requireServerId", true)
                .containsEntry("accessTokenTTL", 600L);

        cli.done("auth", "set", "aws", "a", "--no-single-use", "--no-require-server-id", "--allowed-account-ids=");
        assertThat(method("aws", "awsAuth"))
                .containsEntry("allowedAccountIds", List.of())
                .containsEntry("singleUse", false)
                .containsEntry("requireServerId", false);
    }

    @Test
    void setsAMethodOfAzure() {
        String tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
        cli.done(
                "auth",
                "set",
                "azure",
                "a",
                "--tenant-id=" + tenant,
                "--cloud=usgovernment",
                "--resource=api://x",
                "--allowed-service-principal-ids=c1d2e3f4-0000-4000-8000-0123456789ab",
                "--allowed-resources=/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/prod");
        assertThat(method("azure", "azureAuth"))
                .containsEntry("tenantId", tenant)
                .containsEntry("cloud", "usgovernment")
                .containsEntry("resource", "api://x")
                .containsEntry("allowedServicePrincipalIds", List.of("c1d2e3f4-0000-4000-8000-0123456789ab"));
        assertThat(cli.done("auth", "show", "azure", "a").out()).contains("api://x");
    }

    /** A canary: the reviewer's token appears nowhere but encrypted in the store. */
    @Test
    void takesTheReviewersTokenFromStandardInputAndKeepsItEncrypted() throws Exception {
        Path log = folder.resolve("log");
        Cli.Outcome set = cli.runWith(
                        REVIEWER + "\n",
                        "auth",
                        "set",
                        "kubernetes",
                        "a",
                        "--kubernetes-host=https://kube.example.com:6443",
                        "--token-reviewer-jwt-file=-",
                        "--allowed-namespaces=shop",
                        "--output=json",
                        "--audit-log=" + log)
                .exits(ExitCode.DONE);
        Object first = stored();
        assertThat(method("kubernetes", "kubernetesAuth"))
                .containsEntry("tokenReviewerJwtSet", true)
                .doesNotContainKey("tokenReviewerJwtSealed");
        Path file = Files.writeString(folder.resolve("jwt"), REVIEWER);
        cli.done("auth", "set", "kubernetes", "a", "--token-reviewer-jwt-file=" + file);

        assertThat(stored()).as("encrypted again").isNotEqualTo(first);
        assertThat(set.out() + set.err() + cli.shown("a") + Files.readString(log))
                .doesNotContain("canary", "v2.");
        try (Stream<Path> files = Files.walk(cli.data())) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(each, StandardCharsets.ISO_8859_1))
                        .as(each.toString())
                        .doesNotContain("canary");
            }
        }
    }

    private Object stored() throws Exception {
        try (SqliteDatabase database = SqliteDatabase.open(cli.data().resolve("sallyport.db"))) {
            return new SqliteIdentityStore(database, Providers.DOCUMENTS)
                    .find(new IdentityId("a"))
                    .orElseThrow()
                    .method(KubernetesAuth.class)
                    .orElseThrow()
                    .review()
                    .hashCode();
        }
    }

    /** A key generated here would not be the deployment's. */
    @Test
    void makesNoKeyForAStoreElsewhere() {
        Path nothing = folder.resolve("nothing");
        Environment elsewhere = new TestEnvironment(
                        Map.of("SALLYPORT_STORE", "firestore:p/d", "FIRESTORE_EMULATOR_HOST", "127.0.0.1:1"))
                .environment();
        Cli.Outcome refused = new Cli(elsewhere, nothing)
                .runWith(
                        REVIEWER,
                        "auth",
                        "set",
                        "kubernetes",
                        "a",
                        "--kubernetes-host=https://kube.example.com",
                        "--token-reviewer-jwt-file=-",
                        "--allowed-namespaces=shop")
                .exits(ExitCode.UNAVAILABLE);
        assertThat(refused.err()).contains("sallyport identity show").doesNotContain("canary");
        assertThat(nothing).doesNotExist();
    }

    @Test
    void changesTheReviewModeAndDropsWhatBelongedToTheOther() throws Exception {
        cli.runWith(
                        REVIEWER,
                        "auth",
                        "set",
                        "kubernetes",
                        "a",
                        "--kubernetes-host=https://kube.example.com",
                        "--token-reviewer-jwt-file=-",
                        "--allowed-namespaces=shop")
                .exits(ExitCode.DONE);
        cli.done(
                "auth",
                "set",
                "kubernetes",
                "a",
                "--token-review-mode=jwks",
                "--jwks-issuer=https://kube.example.com",
                "--allowed-audience=sallyport");
        assertThat(method("kubernetes", "kubernetesAuth"))
                .containsEntry("tokenReviewMode", "jwks")
                .containsEntry("allowedNamespaces", List.of("shop"))
                .doesNotContainKeys("kubernetesHost", "tokenReviewerJwtSet");
        cli.done("auth", "set", "kubernetes", "a", "--allowed-names=pay*");
        assertThat(method("kubernetes", "kubernetesAuth")).containsEntry("jwksIssuer", "https://kube.example.com");
        // One source of keys replaces the other; without either, discovery finds them.
        String keysUrl = "https://kube.example.com:6443/openid/v1/jwks";
        cli.done("auth", "set", "kubernetes", "a", "--jwks-uri=" + keysUrl);
        assertThat(method("kubernetes", "kubernetesAuth"))
                .containsEntry("jwksUri", keysUrl)
                .containsEntry("jwksIssuer", "https://kube.example.com");
        String jwks =
                new JWKSet(new ECKeyGenerator(Curve.P_256).keyID("k").generate().toPublicJWK()).toString();
        cli.runWith(jwks, "auth", "set", "kubernetes", "a", "--jwks-algorithm=ES256", "--jwks-file=-")
                .exits(ExitCode.DONE);
        assertThat(method("kubernetes", "kubernetesAuth"))
                .containsEntry("jwksKeys", jwks)
                .doesNotContainKey("jwksUri");
        cli.done("auth", "set", "kubernetes", "a", "--jwks-uri=" + keysUrl);
        assertThat(method("kubernetes", "kubernetesAuth"))
                .containsEntry("jwksUri", keysUrl)
                .doesNotContainKey("jwksKeys");
        cli.done("auth", "set", "kubernetes", "a", "--jwks-uri=");
        assertThat(method("kubernetes", "kubernetesAuth")).doesNotContainKeys("jwksUri", "jwksKeys");
        cli.done("auth", "set", "kubernetes", "a", "--token-review-mode=gateway", "--gateway-id=gw");
        assertThat(method("kubernetes", "kubernetesAuth")).containsEntry("gatewayId", "gw");
    }

    @Test
    void setsAnIssuerByDiscoveryOrByItsKeys() throws Exception {
        cli.done(
                "auth",
                "set",
                "oidc",
                "a",
                "--oidc-discovery-url=" + ISSUER,
                "--bound-issuer=" + ISSUER,
                "--bound-audience=sallyport",
                "--bound-subject=repo:acme/*",
                "--bound-claim=team.name=shop, ops",
                "--claim-metadata=team=team.name");
        assertThat(method("oidc", "oidcAuth"))
                .containsEntry("boundClaims", Map.of("team.name", "shop, ops"))
                .containsEntry("claimMetadataMapping", Map.of("team", "team.name"));
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getEncoder()
                        .encodeToString(new ECKeyGenerator(Curve.P_384)
                                .generate()
                                .toECPublicKey()
                                .getEncoded())
                + "\n-----END PUBLIC KEY-----";
        cli.done(
                "auth",
                "set",
                "jwt",
                "a",
                "--configuration-type=static",
                "--public-key=" + pem,
                "--bound-issuer=https://ci.example.com",
                "--bound-audience=sallyport",
                "--bound-subject=deploy");
        assertThat(method("jwt", "jwtAuth")).containsEntry("publicKeys", List.of(pem));
    }

    @Test
    void setsABundleOrItsAddress() throws Exception {
        cli.done(
                "auth",
                "set",
                "spiffe",
                "a",
                "--trust-domain=prod.example.com",
                "--allowed-spiffe-id=spiffe://prod.example.com/**",
                "--allowed-audience=sallyport",
                "--endpoint-url=https://spire.example.com/bundle",
                "--refresh-hint-seconds=300");
        assertThat(String.valueOf(method("spiffe", "spiffeAuth").get("trustBundleDistribution")))
                .contains("https://spire.example.com/bundle", "300");
        String bundle = "{\"keys\":["
                + new ECKeyGenerator(Curve.P_256)
                        .keyID("k")
                        .keyUse(new KeyUse("jwt-svid"))
                        .generate()
                        .toPublicJWK()
                        .toJSONString()
                + "]}";
        cli.runWith(bundle, "auth", "set", "spiffe", "a", "--bundle-file=-").exits(ExitCode.DONE);
        assertThat(method("spiffe", "spiffeAuth"))
                .containsEntry("trustBundleDistribution", Map.of("profile", "static", "bundle", bundle))
                .containsEntry("trustDomain", "prod.example.com")
                .doesNotContainKeys("bundle", "endpointUrl");
    }

    @Test
    void addsChangesAndRemovesOneTrustedIssuer() throws Exception {
        String keys =
                new JWKSet(new ECKeyGenerator(Curve.P_256).keyID("k").generate().toPublicJWK()).toString();
        String[] main = {
            "auth", "set", "jwt-bearer", "a", "--issuer=" + ISSUER, "--subject=repo:acme/shop:ref:refs/heads/main"
        };
        cli.done(with(main, "--audience=sallyport", "--claim=repository_owner=acme", "--ttl=300"));
        cli.runWith(
                        keys,
                        "auth",
                        "set",
                        "jwt-bearer",
                        "a",
                        "--issuer=https://spire.example",
                        "--subject=spiffe://x/y",
                        "--audience=sallyport",
                        "--algorithm=ES256",
                        "--jwks-file=-",
                        "--single-use")
                .exits(ExitCode.DONE);
        cli.done(with(main, "--audience=other"));

        assertThat(issuers()).hasSize(2).first().asString().contains("audience=other", "repository_owner=acme");
        assertThat(method("jwt-bearer", "jwtBearerAuth")).containsEntry("accessTokenTTL", 300L);
        cli.done(
                "auth",
                "set",
                "jwt-bearer",
                "a",
                "--issuer=https://spire.example",
                "--subject=spiffe://x/y",
                "--jwks-uri=https://spire.example/keys");
        assertThat(issuers().get(1).toString()).contains("jwksUri=").doesNotContain("jwks=");

        cli.run("auth", "remove", "jwt-bearer", "a", "--issuer=" + ISSUER, "--subject=other")
                .exits(ExitCode.NOT_FOUND);
        cli.run("auth", "remove", "jwt-bearer", "a", "--issuer=" + ISSUER).exits(ExitCode.INVALID);
        cli.run("auth", "remove", "gcp", "a", "--issuer=x", "--subject=y").exits(ExitCode.INVALID);
        cli.done(
                "auth",
                "remove",
                "jwt-bearer",
                "a",
                "--issuer=" + ISSUER,
                "--subject=repo:acme/shop:ref:refs/heads/main");
        assertThat(issuers()).hasSize(1);
        cli.run("auth", "remove", "jwt-bearer", "a", "--issuer=https://spire.example", "--subject=spiffe://x/y")
                .exits(ExitCode.INVALID);
        cli.done("auth", "remove", "jwt-bearer", "a");
        cli.run("auth", "show", "jwt-bearer", "a").exits(ExitCode.NOT_FOUND);
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    private List<?> issuers() {
        return (List<?>) method("jwt-bearer", "jwtBearerAuth").get("trustedIssuers");
    }

    @Test
    void setsAClientsOwnKeys() throws Exception {
        Path keys = Files.writeString(
                folder.resolve("keys.json"),
                new JWKSet(new ECKeyGenerator(Curve.P_256).keyID("k").generate().toPublicJWK()).toString());
        cli.done("auth", "set", "client-key", "a", "--jwks-file=" + keys, "--algorithm=ES256", "--single-use");
        assertThat(method("client-key", "clientKeyAuth"))
                .containsEntry("algorithm", "ES256")
                .containsEntry("singleUse", true);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("auth set gcp a", "set --allowed-service-accounts"),
                Arguments.of("auth set gcp a --allowed-service-accounts=", "set --allowed-service-accounts"),
                Arguments.of(
                        "auth set azure a --tenant-id=72f988bf-86f1-41af-91ab-2d7cd011db47",
                        "set --allowed-service-principal-ids or --allowed-resources"),
                Arguments.of("auth set azure a", "--tenant-id must be a GUID"),
                Arguments.of("auth set kubernetes a", "--kubernetes-host is required"),
                Arguments.of(
                        "auth set kubernetes a --kubernetes-host=https://kube.example.com", "set --allowed-namespaces"),
                Arguments.of(
                        "auth set kubernetes a --kubernetes-host=https://kube.example.com --allowed-names=pay*",
                        "--allowed-names alone is not a constraint; also set --allowed-namespaces"),
                Arguments.of(
                        "auth set gcp a --allowed-zones=europe-west1-b",
                        "--allowed-zones alone is not a constraint; also set --allowed-service-accounts or --allowed-projects"),
                Arguments.of(
                        "auth set jwt-bearer a --issuer=" + ISSUER + " --subject=repo:*/shop:* --audience=y",
                        "a subject that begins with repo:OWNER/"),
                Arguments.of("auth set gcp a --allowed-service-accounts=* --trusted-ip=", "--trusted-ip must be"),
                Arguments.of("auth set jwt-bearer a --issuer=https://x.example --subject=*", "audience is required"),
                Arguments.of(
                        "auth set jwt-bearer a --issuer=https://x.example --subject=* --audience=y",
                        "set subject, or subject *"),
                Arguments.of("auth set jwt-bearer a", "--issuer"),
                Arguments.of("auth set client-key a", "jwks is required"),
                Arguments.of("auth set gcp a --allowed-service-accounts=* --ttl=9 --max-ttl=8", "--ttl (9 s)"),
                Arguments.of("auth set gcp a --allowed-service-accounts=* --max-uses=-1", "--max-uses"),
                Arguments.of("auth set gcp a --allowed-service-accounts=* --trusted-ip=10.0.0.1/8", "10.0.0.0/8"),
                Arguments.of("auth set gcp a --allowed-service-accounts=* --ttl=x", "--ttl"),
                Arguments.of("auth set gcp a --allowed-acounts=*", "--allowed-acounts"),
                Arguments.of("auth set acme a", "acme"),
                Arguments.of("auth set aws a", "would admit every customer of AWS"),
                Arguments.of("auth set aws a --allowed-account-ids=shop", "12 digits"),
                Arguments.of(
                        "auth set aws a --allowed-principal-arns=arn:aws:iam::*:role/x", "with the account's number"),
                Arguments.of("auth show acme a", "gcp, azure"),
                Arguments.of("auth remove acme a", "gcp, azure"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void saysWhichOptionToSet(String command, String told) {
        Cli.Outcome refused = cli.run(command.split(" ")).exits(ExitCode.INVALID);
        assertThat(refused.err()).contains(told);
        assertThat(refused.out()).isEmpty();
        assertThat(cli.shown("a")).doesNotContainKeys("gcpAuth", "azureAuth", "kubernetesAuth", "jwtBearerAuth");
    }

    @Test
    void saysThatAFileIsNotThereOrEmpty() throws Exception {
        cli.run("auth", "set", "client-key", "a", "--jwks-file=" + folder.resolve("none"))
                .exits(ExitCode.UNAVAILABLE);
        assertThat(cli.runWith(" \n", "auth", "set", "client-key", "a", "--jwks-file=-")
                        .exits(ExitCode.INVALID)
                        .err())
                .contains("standard input is empty");
        assertThat(cli.runWith("x".repeat(300_000), "auth", "set", "client-key", "a", "--jwks-file=-")
                        .exits(ExitCode.INVALID)
                        .err())
                .contains("too large");
    }

    @Test
    void removesAMethodThatIsThere() {
        cli.done("auth", "set", "gcp", "a", "--allowed-service-accounts=*");
        cli.done("auth", "remove", "gcp", "a");
        assertThat(cli.shown("a")).doesNotContainKey("gcpAuth").containsKey("methodNotBefore");
        cli.run("auth", "remove", "gcp", "a").exits(ExitCode.NOT_FOUND);
    }

    private Map<String, Object> method(String kind, String field) {
        @SuppressWarnings("unchecked")
        Map<String, Object> method = (Map<String, Object>)
                cli.done("auth", "show", kind, "a", "--output=json").json().get(field);
        return method;
    }
}
