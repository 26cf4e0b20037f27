package io.sallyport.method.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.Globs;
import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.Fetcher.Fetched;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.method.Assertion;
import io.sallyport.method.Verified;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.simulated.kubernetes.ClusterServiceAccount;
import io.sallyport.simulated.kubernetes.Pod;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import io.sallyport.token.TokenPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens verified with the keys of a cluster's issuer. */
class KubernetesOfflineTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final Pod POD = Pod.named("payments-0");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final TestClock CLOCK = new TestClock();
    private static final long NOW = CLOCK.instant().getEpochSecond();

    private static SimulatedCluster cluster;
    private static SimulatedCluster elsewhere;
    private static ClusterServiceAccount account;

    private KubernetesVerifier verifier = newVerifier();

    @BeforeAll
    static void startCluster() {
        cluster = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone();
        elsewhere = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone();
        account = cluster.serviceAccount("shop", "payments");
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
        elsewhere.close();
    }

    @BeforeEach
    void recover() {
        cluster.behaviour().recover();
        verifier = newVerifier();
    }

    private static KubernetesVerifier newVerifier() {
        return new KubernetesVerifier(new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()), new SecretCipher() {
            @Override
            public EncryptedSecret encrypt(Secret secret, EncryptionContext place) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) {
                throw new UnsupportedOperationException();
            }
        });
    }

    @Test
    void vouchesForAPodByItsToken() throws Exception {
        for (KubernetesAuth method : List.of(discovered(), addressed(), pasted())) {
            Verified<KubernetesAttestation> verified = verify(account.token("sallyport", HOUR, POD), method);
            assertThat(verified.attestation())
                    .isEqualTo(new KubernetesAttestation(
                            "shop",
                            "payments",
                            account.uid(),
                            Optional.of(new KubernetesAttestation.Pod(POD.name(), POD.uid())),
                            Optional.of(new KubernetesAttestation.Node(POD.node(), ""))));
            assertThat(verified.singleUse()).isEmpty();
        }
        assertThat(verify(account.token("sallyport", HOUR), pasted())
                        .attestation()
                        .pod())
                .isEmpty();
        assertThat(cluster.reviews()).isZero();
    }

    @Test
    void takesATokenForSeveralAudiencesOfWhichOneIsOurs() throws Exception {
        assertThat(verify(signed(claims -> with(claims, "aud", List.of("vault", "sallyport"))), pasted()))
                .isNotNull();
    }

    @Test
    void takesATokenWithAllItsTimesAtTheirBounds() throws Exception {
        assertThat(verify(
                        signed(claims ->
                                with(with(with(claims, "exp", NOW + 86_400), "nbf", NOW + 60), "iat", NOW + 60)),
                        pasted()))
                .isNotNull();
        assertThat(verify(signed(claims -> with(claims, "exp", NOW - 59)), pasted()))
                .isNotNull();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesATokenThat(String flaw, Reason reason, UnaryOperator<Map<String, Object>> change) {
        String token = signed(change);
        assertRefused(reason, token, pasted());
        assertRefused(reason, token, discovered());
    }

    static Stream<Arguments> refusesATokenThat() {
        return Stream.of(
                arguments("is of another issuer", Reason.WRONG_ISSUER, set("iss", "https://kubernetes.default.svc")),
                arguments(
                        "is of an issuer with a slash",
                        Reason.WRONG_ISSUER,
                        change(c -> with(c, "iss", c.get("iss") + "/"))),
                arguments(
                        "is of an issuer with a path",
                        Reason.WRONG_ISSUER,
                        change(c -> with(c, "iss", c.get("iss") + "/x"))),
                arguments("has no issuer", Reason.CLAIM_MISSING, without("iss")),
                arguments("is for another audience", Reason.WRONG_AUDIENCE, set("aud", List.of("vault"))),
                arguments("is for a longer audience", Reason.WRONG_AUDIENCE, set("aud", List.of("sallyport2"))),
                arguments("is for a prefix", Reason.WRONG_AUDIENCE, set("aud", List.of("sally", "port"))),
                arguments("is for us in capitals", Reason.WRONG_AUDIENCE, set("aud", List.of("Sallyport"))),
                arguments("is for us with a slash", Reason.WRONG_AUDIENCE, set("aud", List.of("sallyport/"))),
                arguments("has no audience", Reason.WRONG_AUDIENCE, set("aud", List.of())),
                arguments("is for the empty text", Reason.WRONG_AUDIENCE, set("aud", List.of(""))),
                arguments("is for a text", Reason.CLAIM_MALFORMED, set("aud", "sallyport")),
                arguments("is for a number", Reason.CLAIM_MALFORMED, set("aud", List.of(1))),
                arguments("has no audience", Reason.WRONG_AUDIENCE, without("aud")),
                arguments("never expires", Reason.CLAIM_MISSING, without("exp")),
                arguments("has expired", Reason.EXPIRED, set("exp", NOW - 60)),
                arguments("lives for more than a day", Reason.LIFETIME_TOO_LONG, set("exp", NOW + 86_461)),
                arguments("is not valid yet", Reason.NOT_YET_VALID, set("nbf", NOW + 61)),
                arguments("is from the future", Reason.NOT_YET_VALID, set("iat", NOW + 61)),
                arguments("has no iat", Reason.CLAIM_MISSING, without("iat")),
                arguments("has no subject", Reason.CLAIM_MISSING, without("sub")),
                arguments("is of a person", Reason.SUBJECT_NOT_SERVICE_ACCOUNT, set("sub", "jane")),
                arguments(
                        "is of more than an account",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        set("sub", "system:serviceaccount:shop:payments:x")),
                arguments(
                        "is of another namespace",
                        Reason.CLAIM_MALFORMED,
                        set("sub", "system:serviceaccount:shop2:payments")),
                arguments(
                        "is of another account", Reason.CLAIM_MALFORMED, set("sub", "system:serviceaccount:shop:web")),
                arguments("is not of Kubernetes", Reason.CLAIM_MISSING, without("kubernetes.io")),
                arguments("tells Kubernetes as a text", Reason.CLAIM_MALFORMED, set("kubernetes.io", "x")),
                arguments("tells no account", Reason.CLAIM_MISSING, kubernetes(k -> without(k, "serviceaccount"))),
                arguments("tells no namespace", Reason.CLAIM_MISSING, kubernetes(k -> without(k, "namespace"))),
                arguments(
                        "tells another namespace",
                        Reason.CLAIM_MALFORMED,
                        kubernetes(k -> with(k, "namespace", "shop2"))),
                arguments(
                        "tells an account without a uid",
                        Reason.CLAIM_MISSING,
                        kubernetes(k -> with(k, "serviceaccount", Map.of("name", "payments")))),
                arguments(
                        "tells another account",
                        Reason.CLAIM_MALFORMED,
                        kubernetes(k -> with(k, "serviceaccount", Map.of("name", "web", "uid", "u")))),
                arguments(
                        "tells a pod without a name",
                        Reason.CLAIM_MISSING,
                        kubernetes(k -> with(k, "pod", Map.of("uid", "u")))),
                arguments("tells a pod as a text", Reason.CLAIM_MALFORMED, kubernetes(k -> with(k, "pod", "p"))));
    }

    @Test
    void refusesTheEternalTokenOfAnOldSecret() {
        String legacy = account.legacyToken();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(legacy, pasted()))
                .satisfies(refused -> assertThat(refused.reason().isUndecided()).isFalse());
    }

    /** One cluster's keys never verify another cluster's token, whatever the token claims. */
    @Test
    void refusesTheTokenOfAnotherCluster() throws Exception {
        try (SimulatedCluster other = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone()) {
            Map<String, Object> claims = claims();
            verify(account.token("sallyport", HOUR), discovered());
            assertRefused(Reason.UNKNOWN_KEY, other.sign(claims), discovered());
            assertRefused(Reason.UNKNOWN_KEY, other.sign(claims), pasted());
            String kid = SignedJWT.parse(cluster.sign(claims)).getHeader().getKeyID();
            String posing = other.sign("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}", json(claims));
            assertRefused(Reason.BAD_SIGNATURE, posing, discovered());
            assertRefused(Reason.BAD_SIGNATURE, posing, pasted());
            // Nor if the other issuer's own identity has filled the key cache.
            KubernetesAuth others = method(new KubernetesAuth.ByDiscovery(
                    new IssuerUrl(other.issuer()),
                    Algorithm.RS256,
                    Optional.of(CaCertificates.parse(other.caCertificate()))));
            String theirs = other.serviceAccount("shop", "payments").token("sallyport", HOUR);
            verify(theirs, others);
            assertRefused(Reason.WRONG_ISSUER, theirs, discovered());
            assertRefused(Reason.WRONG_ISSUER, account.token("sallyport", HOUR), others);
            // Nor if the token names the issuer whose keys are used.
            Map<String, Object> disguised = with(claims(), "iss", other.issuer());
            assertRefused(Reason.UNKNOWN_KEY, cluster.sign(disguised), others);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS256", "RS384", "PS256", "ES256"})
    void refusesAnyOtherAlgorithm(String algorithm) {
        String token = cluster.sign("{\"alg\":\"" + algorithm + "\",\"kid\":\"KID\"}", json(claims()));
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, token, pasted());
    }

    @Test
    void takesTheAlgorithmThatIsConfiguredForTheKeys() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        String jwks = new JWKSet(key.toPublicJWK()).toString();
        KubernetesAuth es256 =
                method(new KubernetesAuth.ByPastedKeys(cluster.issuer(), PastedKeys.parse(jwks, Algorithm.ES256)));
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(),
                JWTClaimsSet.parse(with(claims(), "aud", List.of("sallyport", "vault"))));
        jwt.sign(new ECDSASigner(key));
        assertThat(verify(jwt.serialize(), es256).attestation().serviceAccount())
                .isEqualTo("payments");
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, account.token("sallyport", HOUR), es256);
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, jwt.serialize(), pasted());
    }

    /** A token that cannot be admitted anyway must not let a stranger trigger a request for keys. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("refusesATokenThat")
    void fetchesNoKeysForATokenThat(String flaw, Reason reason, UnaryOperator<Map<String, Object>> change) {
        int before = cluster.requests();
        assertRefused(reason, signed(change), discovered());
        assertRefused(reason, signed(change), addressed());
        assertThat(cluster.requests()).isEqualTo(before);
    }

    @Test
    void fetchesNoKeysForATokenOfAnAccountThatIsNotAllowed() {
        int before = cluster.requests();
        ClusterServiceAccount other = cluster.serviceAccount("other", "payments");
        assertRefused(Reason.NAMESPACE_NOT_ALLOWED, other.token("sallyport", HOUR), discovered());
        KubernetesAuth named = new KubernetesAuth(
                discovered().review(),
                Globs.parse("*"),
                Globs.parse("web"),
                Allowlist.NONE,
                Placement.ANY,
                Optional.of("sallyport"),
                TokenPolicy.DEFAULT);
        assertRefused(Reason.SERVICE_ACCOUNT_NOT_ALLOWED, account.token("sallyport", HOUR), named);
        KubernetesAuth pinned = new KubernetesAuth(
                discovered().review(),
                Globs.NONE,
                Globs.NONE,
                Allowlist.of("another"),
                Placement.ANY,
                Optional.of("sallyport"),
                TokenPolicy.DEFAULT);
        assertRefused(Reason.SERVICE_ACCOUNT_NOT_ALLOWED, account.token("sallyport", HOUR), pinned);
        String bound = account.token("sallyport", HOUR, POD);
        assertRefused(Reason.POD_NOT_ALLOWED, bound, placed("web-*", ""));
        assertRefused(Reason.NODE_NOT_ALLOWED, bound, placed("payments-*", "node-2"));
        assertRefused(Reason.POD_NOT_ALLOWED, account.token("sallyport", HOUR), placed("payments-*", ""));
        assertThat(cluster.requests()).isEqualTo(before);
    }

    @Test
    void admitsAPodOnItsNode() throws Exception {
        KubernetesAuth method = placed("payments-*", "node-1");
        method.admit(verify(account.token("sallyport", HOUR, POD), method).attestation());
    }

    private KubernetesAuth placed(String pods, String nodes) {
        return new KubernetesAuth(
                discovered().review(),
                Globs.parse("shop"),
                Globs.NONE,
                Allowlist.NONE,
                new Placement(Globs.parse(pods), Globs.parse(nodes)),
                Optional.of("sallyport"),
                TokenPolicy.DEFAULT);
    }

    /** What the kubelet mounts into every pod by default: for the API server, and valid for a year. */
    @Test
    void refusesAPodsDefaultTokenForItsLength() {
        String year = account.token("sallyport", Duration.ofSeconds(31_536_000), POD);
        for (KubernetesAuth method : List.of(discovered(), addressed(), pasted())) {
            assertRefused(Reason.LIFETIME_TOO_LONG, year, method);
        }
    }

    // Keys at a configured address.

    /** A cluster's default: the issuer is a name inside the cluster. */
    @Test
    void provesByTheKeysAtAConfiguredAddress() throws Exception {
        int before = cluster.keyRequests();
        KubernetesAuth method = method(new KubernetesAuth.ByAddress(
                "https://kubernetes.default.svc.cluster.local",
                new IssuerUrl(cluster.host() + "/openid/v1/jwks"),
                Algorithm.RS256,
                Optional.of(CaCertificates.parse(cluster.caCertificate()))));
        Map<String, Object> claims = with(claims(), "iss", "https://kubernetes.default.svc.cluster.local");
        assertThat(verify(cluster.sign(claims), method).attestation().serviceAccount())
                .isEqualTo("payments");
        verify(cluster.sign(claims), method);
        assertThat(cluster.keyRequests())
                .as("the keys once, no discovery document")
                .isEqualTo(before + 1);
        // The issuer is still compared.
        assertRefused(Reason.WRONG_ISSUER, account.token("sallyport", HOUR), method);
        try (SimulatedCluster other = SimulatedCluster.start(CLOCK)) {
            assertRefused(Reason.UNKNOWN_KEY, other.sign(claims), method);
        }
    }

    @Test
    void trustsNoOtherCertificateAndFollowsNoRedirectAtAnAddressOfKeys() {
        KubernetesAuth system = method(new KubernetesAuth.ByAddress(
                cluster.issuer(),
                new IssuerUrl(cluster.host() + "/openid/v1/jwks"),
                Algorithm.RS256,
                Optional.empty()));
        assertRefused(Reason.KEYS_UNAVAILABLE, account.token("sallyport", HOUR), system);
        try (SimulatedCluster impostor = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone()) {
            cluster.behaviour().redirectTo(URI.create(impostor.host() + "/openid/v1/jwks"));
            assertRefused(Reason.KEYS_UNAVAILABLE, impostor.sign(claims()), addressed());
            assertThat(impostor.keyRequests()).isZero();
        }
    }

    @Test
    void asksForNoKeysOnTheLoopbackFromADeployedFunction() {
        verifier = new KubernetesVerifier(new HttpsGuardedHosts(AddressPolicy.privateToo()), null);
        int before = cluster.requests();
        assertRefused(Reason.HOST_NOT_ALLOWED, account.token("sallyport", HOUR), addressed());
        assertThat(cluster.requests()).isEqualTo(before);
    }

    // Discovery.

    /** Kubernetes lets service accounts read it, but no one without a token. */
    @Test
    void saysThatTheClusterDoesNotPublishItsKeysToAnyone() {
        try (SimulatedCluster closed = SimulatedCluster.start(CLOCK)) {
            KubernetesAuth method = method(new KubernetesAuth.ByDiscovery(
                    new IssuerUrl(closed.issuer()),
                    Algorithm.RS256,
                    Optional.of(CaCertificates.parse(closed.caCertificate()))));
            String token = closed.serviceAccount("shop", "payments").token("sallyport", HOUR);
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> verify(token, method))
                    .returns(Reason.KEYS_UNAVAILABLE, Refused::reason)
                    .satisfies(refused -> assertThat(refused.detail()).contains("HTTP status 403"));
        }
    }

    /** Port 443 may be written or omitted, in the issuer and in the address of its keys. */
    @ParameterizedTest
    @CsvSource({
        "https://oidc.example.com, https://oidc.example.com, https://oidc.example.com:443/keys",
        "https://oidc.example.com, https://oidc.example.com:443, https://oidc.example.com/keys",
        "https://oidc.example.com:443, https://oidc.example.com, https://oidc.example.com/keys",
        "https://oidc.example.com:443, https://oidc.example.com:443, https://oidc.example.com:443/keys",
        "https://oidc.example.com:443/id, https://oidc.example.com/id, https://oidc.example.com/id/keys"
    })
    void readsTheDefaultPortAsNone(String configured, String told, String keys) throws Exception {
        Fetched document = new Fetched(200, -1, Json.writeString(Map.of("issuer", told, "jwks_uri", keys)));
        KubernetesVerifier overFake = new KubernetesVerifier(
                answering(uri ->
                        uri.getPath().endsWith("configuration") ? document : new Fetched(200, -1, cluster.jwksJson())),
                null);
        KubernetesAuth method =
                method(new KubernetesAuth.ByDiscovery(new IssuerUrl(configured), Algorithm.RS256, Optional.empty()));
        String token = cluster.sign(with(claims(), "iss", told));
        assertThat(overFake.verify(new Assertion(token).parse(), ID, method, CLOCK.instant())
                        .attestation()
                        .serviceAccount())
                .isEqualTo("payments");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://oidc.example.com:444/keys",
                "https://oidc.example.com:4430/keys",
                "https://oidc.example.com:443.evil.example/keys",
                "https://oidc.example.com:443@evil.example/keys",
                "http://oidc.example.com:443/keys"
            })
    void readsNoOtherPortAsNone(String keys) {
        KubernetesVerifier overFake = new KubernetesVerifier(
                answering(uri -> new Fetched(
                        200, -1, Json.writeString(Map.of("issuer", "https://oidc.example.com", "jwks_uri", keys)))),
                null);
        KubernetesAuth method = method(new KubernetesAuth.ByDiscovery(
                new IssuerUrl("https://oidc.example.com"), Algorithm.RS256, Optional.empty()));
        String token = cluster.sign(with(claims(), "iss", "https://oidc.example.com"));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> overFake.verify(new Assertion(token).parse(), ID, method, CLOCK.instant()))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason)
                .satisfies(refused -> assertThat(refused.detail()).contains("jwks_uri"));
    }

    private static GuardedHosts answering(Fetcher fetcher) {
        return new GuardedHosts() {
            @Override
            public Answer post(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Fetcher fetcher(Optional<CaCertificates> authorities) {
                return fetcher;
            }
        };
    }

    @Test
    void asksOnceForTheKeysAndAgainWhenTheyAreStale() throws Exception {
        int before = cluster.keyRequests();
        verify(account.token("sallyport", HOUR), discovered());
        verify(account.token("sallyport", HOUR), discovered());
        assertThat(cluster.keyRequests()).isEqualTo(before + 2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void followsNoDiscoveryDocument(String which, UnaryOperator<String> change) {
        cluster.behaviour().edit(usual -> {
            String changed = change.apply(usual);
            assertThat(changed).isNotEqualTo(usual);
            return changed;
        });
        int before = cluster.requests();
        int beforeElsewhere = elsewhere.requests();
        assertRefused(Reason.KEYS_UNAVAILABLE, account.token("sallyport", HOUR), discovered());
        assertThat(cluster.requests()).as("the keys were not asked for").isEqualTo(before + 1);
        assertThat(elsewhere.requests()).isEqualTo(beforeElsewhere);
    }

    static Stream<Arguments> followsNoDiscoveryDocument() {
        return Stream.of(
                arguments("of another issuer", edit("\"issuer\":\"https:", "\"issuer\":\"https:\\/\\/evil.example")),
                arguments("of an issuer with a slash", edit("\",\"jwks_uri\"", "/\",\"jwks_uri\"", true)),
                arguments("without an issuer", edit("\"issuer\"", "\"x\"")),
                arguments("with keys on another host", keysAt("https://127.0.0.1:PORT/openid/v1/jwks")),
                arguments("with keys at another port", keysAt("ELSEWHERE/openid/v1/jwks")),
                arguments("with keys over http", keysAt("http://localhost/openid/v1/jwks")),
                arguments("with a user before the host", keysAt("https://localhost@127.0.0.1:PORT/openid/v1/jwks")),
                arguments("with a query", keysAt("HOST/keys?x=1")),
                arguments("with a fragment", keysAt("HOST/keys#x")),
                arguments("with an escape", keysAt("HOST/%2e%2e/keys")),
                arguments("with a way up", keysAt("HOST/../keys")),
                arguments("with a host that begins like ours", keysAt("HOST.evil.example/keys")),
                arguments("with a port that begins like ours", keysAt("HOST0/keys")),
                arguments("with keys at a metadata server", keysAt("https://169.254.169.254/keys")),
                arguments("with no keys", edit("\"jwks_uri\"", "\"x\"")),
                arguments("that is no object", document(usual -> "[]")),
                arguments("that is HTML", document(usual -> "<html>")));
    }

    @Test
    void followsNoRedirectToOtherKeys() {
        try (SimulatedCluster impostor = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone()) {
            cluster.behaviour().redirectTo(URI.create(impostor.host() + "/openid/v1/jwks"));
            assertRefused(Reason.KEYS_UNAVAILABLE, impostor.sign(claims()), discovered());
            assertThat(impostor.keyRequests()).isZero();
        }
    }

    @Test
    void couldNotFindOutWhileTheIssuerIsDown() {
        cluster.behaviour().fail(503);
        assertRefused(Reason.KEYS_UNAVAILABLE, account.token("sallyport", HOUR), discovered());
        verifier = newVerifier();
        cluster.behaviour().truncate();
        assertRefused(Reason.KEYS_UNAVAILABLE, account.token("sallyport", HOUR), discovered());
        verifier = newVerifier();
        cluster.behaviour().endless();
        assertRefused(Reason.KEYS_UNAVAILABLE, account.token("sallyport", HOUR), discovered());
    }

    @Test
    void trustsNoIssuerWhoseCertificateItCannotVerify() {
        KubernetesAuth method = method(
                new KubernetesAuth.ByDiscovery(new IssuerUrl(cluster.issuer()), Algorithm.RS256, Optional.empty()));
        assertRefused(Reason.KEYS_UNAVAILABLE, account.token("sallyport", HOUR), method);
    }

    @Test
    void asksNoIssuerOnTheLoopbackFromADeployedFunction() {
        verifier = new KubernetesVerifier(new HttpsGuardedHosts(AddressPolicy.privateToo()), null);
        int before = cluster.keyRequests();
        assertRefused(Reason.HOST_NOT_ALLOWED, account.token("sallyport", HOUR), discovered());
        assertThat(cluster.keyRequests()).isEqualTo(before);
    }

    // Configuration.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://oidc.example.com",
                "https://oidc.example.com/",
                "https://oidc.example.com:8443/id/EXAMPLED539D4633E53DE1B716D3041E",
                "https://container.googleapis.com/v1/projects/p/locations/l/clusters/c",
                "https://oidc.prod-aks.azure.com/0d3a8e4b-0000-4000-8000-0123456789ab/",
                "https://10.0.0.1:6443",
                "https://[2001:db8::7]/~id"
            })
    void takesAnIssuerSuchAs(String text) {
        IssuerUrl issuer = new IssuerUrl(text);
        assertThat(issuer.discovery())
                .hasToString((text.endsWith("/") ? text.substring(0, text.length() - 1) : text)
                        + "/.well-known/openid-configuration");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "oidc.example.com",
                "http://oidc.example.com",
                "HTTPS://oidc.example.com",
                "https://OIDC.example.com",
                "https://user@oidc.example.com",
                "https://oidc.example.com@evil.example",
                "https://oidc.example.com#x",
                "https://oidc.example.com/#x",
                "https://oidc.example.com?x",
                "https://oidc.example.com/id?x=1",
                "https://oidc.example.com/%2e%2e/x",
                "https://oidc.example.com/../x",
                "https://oidc.example.com/./x",
                "https://oidc.example.com/x/..",
                "https://oidc.example.com//x",
                "https://oidc.example.com/x//",
                "https://oidc.example.com\\@evil.example",
                "https://oidc.example.com/a b",
                "https://oidc.example.com\n",
                "https://127.0.0.1/id",
                "https://169.254.169.254/latest/meta-data",
                "https://[::ffff:169.254.169.254]/",
                "https://[fd00:ec2::254]/",
                "https://2130706433/",
                "https://",
                "https:///id"
            })
    void takesNoIssuerSuchAs(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new IssuerUrl(text));
    }

    @Test
    void takesNoKeysThatAreNotPublic() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("k").generate();
        ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PastedKeys.parse(new JWKSet(key).toString(false), Algorithm.RS256))
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContain(key.getPrivateExponent().toString()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PastedKeys.parse(
                        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"AAAA\"}]}", Algorithm.RS256));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PastedKeys.parse(new JWKSet(ec).toString(true), Algorithm.RS256));
        for (String none : new String[] {"", "{}", "[]", "{\"keys\":[]}", "{\"keys\":{}}", "keys"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> PastedKeys.parse(none, Algorithm.RS256));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> PastedKeys.parse(" ".repeat(65_537), Algorithm.RS256));
    }

    private static UnaryOperator<String> document(UnaryOperator<String> change) {
        return change;
    }

    private static UnaryOperator<String> edit(String part, String other) {
        return usual -> usual.replace(part, other);
    }

    /** Only the last occurrence. */
    private static UnaryOperator<String> edit(String part, String other, boolean last) {
        return usual -> {
            int at = last ? usual.lastIndexOf(part) : usual.indexOf(part);
            return at < 0 ? usual : usual.substring(0, at) + other + usual.substring(at + part.length());
        };
    }

    private static UnaryOperator<String> keysAt(String uri) {
        return usual -> usual.replaceFirst(
                "\"jwks_uri\":\"[^\"]*\"",
                "\"jwks_uri\":\""
                        + uri.replace("HOST", cluster.host())
                                .replace("ELSEWHERE", elsewhere.host())
                                .replace("PORT", String.valueOf(elsewhere.port()))
                        + "\"");
    }

    private static UnaryOperator<Map<String, Object>> change(UnaryOperator<Map<String, Object>> change) {
        return change;
    }

    private static UnaryOperator<Map<String, Object>> set(String name, Object value) {
        return claims -> with(claims, name, value);
    }

    private static UnaryOperator<Map<String, Object>> without(String name) {
        return claims -> without(claims, name);
    }

    @SuppressWarnings("unchecked")
    private static UnaryOperator<Map<String, Object>> kubernetes(UnaryOperator<Map<String, Object>> change) {
        return claims -> with(claims, "kubernetes.io", change.apply((Map<String, Object>) claims.get("kubernetes.io")));
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(claims);
        changed.put(name, value);
        return changed;
    }

    private static Map<String, Object> without(Map<String, Object> claims, String name) {
        Map<String, Object> changed = new HashMap<>(claims);
        changed.remove(name);
        return changed;
    }

    private static Map<String, Object> claims() {
        return account.claims(List.of("sallyport"), HOUR, Optional.of(POD));
    }

    private static String json(Map<String, Object> claims) {
        return Json.writeString(claims);
    }

    private static String signed(UnaryOperator<Map<String, Object>> change) {
        return cluster.sign(change.apply(claims()));
    }

    private static KubernetesAuth discovered() {
        return method(new KubernetesAuth.ByDiscovery(
                new IssuerUrl(cluster.issuer()),
                Algorithm.RS256,
                Optional.of(CaCertificates.parse(cluster.caCertificate()))));
    }

    private static KubernetesAuth addressed() {
        return method(new KubernetesAuth.ByAddress(
                cluster.issuer(),
                new IssuerUrl(cluster.host() + "/openid/v1/jwks"),
                Algorithm.RS256,
                Optional.of(CaCertificates.parse(cluster.caCertificate()))));
    }

    private static KubernetesAuth pasted() {
        return method(new KubernetesAuth.ByPastedKeys(
                cluster.issuer(), PastedKeys.parse(cluster.jwksJson(), Algorithm.RS256)));
    }

    private static KubernetesAuth method(KubernetesAuth.Review review) {
        return new KubernetesAuth(
                review,
                Globs.parse("shop"),
                Globs.NONE,
                Allowlist.NONE,
                Placement.ANY,
                Optional.of("sallyport"),
                TokenPolicy.DEFAULT);
    }

    private Verified<KubernetesAttestation> verify(String token, KubernetesAuth method) throws Refused {
        return verifier.verify(new Assertion(token).parse(), ID, method, CLOCK.instant());
    }

    private void assertRefused(Reason reason, String token, KubernetesAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(token, method))
                .returns(reason, Refused::reason);
    }
}
