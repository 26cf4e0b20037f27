package io.sallyport.method.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.http.outbound.TooManyReviewsException;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.Globs;
import io.sallyport.json.Json;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.HostNotAllowedException;
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
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reviews by the API server. */
class KubernetesVerifierTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final Pod POD = Pod.named("payments-0");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final EncryptedSecret ENCRYPTED = new EncryptedSecret("v2.encrypted-reviewer-token");

    private static final TestClock CLOCK = new TestClock();

    private static SimulatedCluster cluster;
    private static ClusterServiceAccount account;
    private static ClusterServiceAccount reviewer;

    private final KubernetesVerifier verifier =
            new KubernetesVerifier(new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()), new Opening());

    @BeforeAll
    static void startCluster() {
        cluster = SimulatedCluster.start(CLOCK);
        account = cluster.serviceAccount("shop", "payments");
        reviewer = cluster.serviceAccount("sallyport", "reviewer");
        cluster.allowReviewsBy(reviewer);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void recover() {
        cluster.behaviour().recover();
    }

    /** Decrypts the only secret, in the only context where it belongs. */
    private static final class Opening implements SecretCipher {
        @Override
        public EncryptedSecret encrypt(Secret secret, EncryptionContext place) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) throws Refused {
            assertThat(place)
                    .isIn(
                            api(authorities(cluster)).reviewerPlace(ID),
                            api(Optional.empty()).reviewerPlace(ID));
            if (!encryptedSecret.equals(ENCRYPTED)) {
                throw new Refused(Reason.SECRET_UNREADABLE, "as told");
            }
            return new Secret(reviewer.token());
        }
    }

    private static KubernetesAuth.ByApi api(Optional<CaCertificates> authorities) {
        return new KubernetesAuth.ByApi(host(cluster), authorities, Optional.of(ENCRYPTED));
    }

    @Test
    void vouchesForAPodByItsToken() throws Exception {
        Verified<KubernetesAttestation> verified = verify(account.token("sallyport", HOUR, POD), method("sallyport"));
        assertThat(verified.attestation())
                .isEqualTo(new KubernetesAttestation(
                        "shop",
                        "payments",
                        account.uid(),
                        Optional.of(new KubernetesAttestation.Pod(POD.name(), POD.uid())),
                        Optional.of(new KubernetesAttestation.Node(POD.node(), ""))));
        assertThat(verified.singleUse()).isEmpty();
        method("sallyport").admit(verified.attestation());
        narrow("sallyport").admit(verified.attestation());
    }

    @Test
    void vouchesForAWorkloadWithoutAPod() throws Exception {
        assertThat(verify(account.token("sallyport", HOUR), method("sallyport"))
                        .attestation()
                        .pod())
                .isEmpty();
    }

    @Test
    void asksWithoutAnAudienceWhereNoneIsConfigured() throws Exception {
        assertThat(verify(account.token(), method("")).attestation().serviceAccount())
                .isEqualTo("payments");
        assertRefused(Reason.NOT_AUTHENTICATED, account.token("sallyport", HOUR), method(""));
    }

    @Test
    void takesATokenOfAnOldSecretWhereTheClusterDoes() throws Exception {
        assertThat(verify(account.legacyToken(), method("")).attestation().serviceAccountUid())
                .isEqualTo(account.uid());
    }

    // What is not a token is not sent anywhere.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "a.b.c",
                "...",
                "{}",
                "eyJhbGciOiJSUzI1NiJ9.e30.AA",
                "token\r\nX-Evil: 1",
                // one of our access tokens
                "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImEifQ.e30.AA"
            })
    void sendsNoReviewOf(String assertion) {
        int before = cluster.reviews();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(assertion, method("")))
                .satisfies(refused -> assertThat(refused.reason().isUndecided()).isFalse());
        assertThat(cluster.reviews()).isEqualTo(before);
    }

    /** Strangers can write anything into a token: they must not make us show the reviewer's token to the cluster. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void sendsNoReviewOfATokenThat(String flaw, Reason reason, String header, Map<String, Object> claims) {
        int before = cluster.requests();
        assertRefused(reason, cluster.sign(header, Json.writeString(claims)), narrow("sallyport"));
        assertThat(cluster.requests()).as("nothing was sent").isEqualTo(before);
    }

    static Stream<Arguments> sendsNoReviewOfATokenThat() {
        String rs256 = "{\"alg\":\"RS256\",\"kid\":\"KID\"}";
        Map<String, Object> good = account.claims(List.of("sallyport"), HOUR, Optional.of(POD));
        Map<String, Object> legacy = legacyClaims();
        long now = CLOCK.instant().getEpochSecond();
        Stream<Arguments> algorithms = Stream.of("none", "None", "NONE", "HS256", "HS512", "PS256", "rs256", "EdDSA")
                .map(name -> arguments(
                        "says " + name,
                        Reason.ALGORITHM_NOT_ALLOWED,
                        "{\"alg\":\"" + name + "\",\"kid\":\"KID\"}",
                        good));
        Stream<Arguments> claims = Stream.of(
                arguments("says nothing", Reason.CLAIM_MISSING, rs256, Map.of()),
                arguments("never expires", Reason.CLAIM_MISSING, rs256, without(good, "exp")),
                arguments("expired in 1970", Reason.EXPIRED, rs256, with(good, "exp", 1L)),
                arguments("expired a minute ago", Reason.EXPIRED, rs256, with(good, "exp", now - 60)),
                arguments("expires as a text", Reason.CLAIM_MALFORMED, rs256, with(good, "exp", "soon")),
                arguments("has no subject", Reason.CLAIM_MISSING, rs256, without(good, "sub")),
                arguments("is of a person", Reason.SUBJECT_NOT_SERVICE_ACCOUNT, rs256, with(good, "sub", "jane")),
                arguments(
                        "is of a node",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        rs256,
                        with(good, "sub", "system:node:node-1")),
                arguments(
                        "is of a namespace that cannot be",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        rs256,
                        with(good, "sub", "system:serviceaccount:Shop:payments")),
                arguments(
                        "is of more than an account",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        rs256,
                        with(good, "sub", "system:serviceaccount:shop:payments:x")),
                arguments(
                        "is of another namespace",
                        Reason.NAMESPACE_NOT_ALLOWED,
                        rs256,
                        with(good, "sub", "system:serviceaccount:shop2:payments")),
                arguments(
                        "is of another account",
                        Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                        rs256,
                        with(good, "sub", "system:serviceaccount:shop:web")),
                arguments(
                        "is of an account of another uid",
                        Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                        rs256,
                        with(good, "kubernetes.io", Map.of("serviceaccount", Map.of("uid", "another")))),
                arguments(
                        "is of another pod",
                        Reason.POD_NOT_ALLOWED,
                        rs256,
                        with(good, "kubernetes.io", Map.of("pod", Map.of("name", "web-0", "uid", "u")))),
                arguments(
                        "is of another node",
                        Reason.NODE_NOT_ALLOWED,
                        rs256,
                        with(good, "kubernetes.io", Map.of("node", Map.of("name", "node-2")))),
                arguments(
                        "has a pod without a name",
                        Reason.CLAIM_MALFORMED,
                        rs256,
                        with(good, "kubernetes.io", Map.of("pod", Map.of("name", 5L)))),
                arguments(
                        "tells Kubernetes as a text", Reason.CLAIM_MALFORMED, rs256, with(good, "kubernetes.io", "x")),
                arguments("is for another", Reason.WRONG_AUDIENCE, rs256, with(good, "aud", List.of("vault"))),
                arguments("is for another text", Reason.WRONG_AUDIENCE, rs256, with(good, "aud", "sallyport2")),
                arguments("is for no one", Reason.WRONG_AUDIENCE, rs256, with(good, "aud", List.of())),
                arguments("is for a number", Reason.CLAIM_MALFORMED, rs256, with(good, "aud", 5L)),
                arguments(
                        "is an old one of another namespace",
                        Reason.NAMESPACE_NOT_ALLOWED,
                        rs256,
                        with(legacy, "sub", "system:serviceaccount:shop2:payments")),
                arguments(
                        "is an old one of another uid",
                        Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                        rs256,
                        with(legacy, "kubernetes.io/serviceaccount/service-account.uid", "another")),
                arguments("is an old one with an end", Reason.EXPIRED, rs256, with(legacy, "exp", now - 60)));
        return Stream.concat(algorithms, claims);
    }

    /** A token's own claims admit no one: the review decides on everything that passes the first check. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void letsTheApiServerDecideOnATokenThat(String what, Map<String, Object> claims) {
        int before = cluster.reviews();
        String forged = withSignatureOf(
                cluster.sign("{\"alg\":\"RS256\",\"kid\":\"KID\"}", Json.writeString(claims)), reviewer.token());
        assertRefused(Reason.NOT_AUTHENTICATED, forged, narrow("sallyport"));
        assertThat(cluster.reviews()).isEqualTo(before + 1);
    }

    static Stream<Arguments> letsTheApiServerDecideOnATokenThat() {
        Map<String, Object> good = account.claims(List.of("sallyport"), HOUR, Optional.of(POD));
        return Stream.of(
                arguments("fits", good),
                arguments(
                        "fits by its last second of skew",
                        with(good, "exp", CLOCK.instant().getEpochSecond() - 59)),
                arguments("is for several", with(good, "aud", List.of("vault", "sallyport"))),
                arguments("is for a text", with(good, "aud", "sallyport")),
                arguments("tells no uid", without(good, "kubernetes.io")),
                arguments("is an old one, for no audience", legacyClaims()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"})
    void asksAboutWhatAClusterMaySignWith(String algorithm) {
        int before = cluster.reviews();
        String token = cluster.sign(
                "{\"alg\":\"" + algorithm + "\",\"kid\":\"KID\"}",
                Json.writeString(account.claims(List.of("sallyport"), HOUR, Optional.empty())));
        try {
            verify(token, method("sallyport"));
        } catch (Refused refused) {
            assertThat(refused.reason()).isEqualTo(Reason.NOT_AUTHENTICATED);
        }
        assertThat(cluster.reviews()).isEqualTo(before + 1);
    }

    private static Map<String, Object> legacyClaims() {
        return Map.of(
                "iss",
                "kubernetes/serviceaccount",
                "sub",
                account.username(),
                "kubernetes.io/serviceaccount/namespace",
                account.namespace(),
                "kubernetes.io/serviceaccount/service-account.name",
                account.name(),
                "kubernetes.io/serviceaccount/service-account.uid",
                account.uid());
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

    // What the API server rejects.

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesATokenThat(String flaw, Reason reason, UnaryOperator<String> change) {
        assertRefused(reason, change.apply(account.token("sallyport", HOUR)), method("sallyport"));
    }

    static Stream<Arguments> refusesATokenThat() {
        return Stream.of(
                arguments(
                        "has expired",
                        Reason.EXPIRED,
                        change(token -> account.token("sallyport", Duration.ofSeconds(-61)))),
                arguments(
                        "is for another audience",
                        Reason.WRONG_AUDIENCE,
                        change(token -> account.token("vault", HOUR))),
                arguments("is for the API server", Reason.WRONG_AUDIENCE, change(token -> account.token())),
                arguments(
                        "has another's signature",
                        Reason.NOT_AUTHENTICATED,
                        change(token -> withSignatureOf(token, reviewer.token()))),
                arguments(
                        "is of another cluster",
                        Reason.NOT_AUTHENTICATED,
                        change(KubernetesVerifierTest::ofAnotherCluster)));
    }

    @Test
    void refusesATokenWhoseAccountIsGone() {
        ClusterServiceAccount gone = cluster.serviceAccount("shop", "gone");
        String token = gone.token("sallyport", HOUR);
        cluster.deleteServiceAccount("shop", "gone");
        assertRefused(Reason.NOT_AUTHENTICATED, token, method("sallyport"));
        cluster.recreateServiceAccount("shop", "gone");
        assertRefused(Reason.NOT_AUTHENTICATED, token, method("sallyport"));
    }

    /** No verdict is cached here; a real API server caches its own for ten seconds. */
    @Test
    void asksEachTime() throws Exception {
        ClusterServiceAccount leaving = cluster.serviceAccount("shop", "leaving");
        String token = leaving.token("sallyport", HOUR);
        verify(token, method("sallyport"));
        int before = cluster.reviews();
        verify(token, method("sallyport"));
        assertThat(cluster.reviews()).isEqualTo(before + 1);
        cluster.deleteServiceAccount("shop", "leaving");
        assertRefused(Reason.NOT_AUTHENTICATED, token, method("sallyport"));
    }

    /** One cluster's verdict says nothing about another. */
    @Test
    void asksTheIdentitysOwnCluster() throws Exception {
        try (SimulatedCluster other = SimulatedCluster.start(CLOCK)) {
            ClusterServiceAccount namesake = other.serviceAccount("shop", "payments");
            ClusterServiceAccount othersReviewer = other.serviceAccount("sallyport", "reviewer");
            other.allowReviewsBy(othersReviewer);
            other.allowReviewsBy(namesake);
            String token = account.token("sallyport", HOUR);
            verify(token, method("sallyport"));
            assertRefused(Reason.NOT_AUTHENTICATED, token, ownToken(other, "sallyport"));
            assertThat(verify(namesake.token(), ownToken(other, ""))
                            .attestation()
                            .namespace())
                    .isEqualTo("shop");
        }
    }

    // Anything but an unmistakable yes.

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAnAnswerIn(String which, Reason reason, UnaryOperator<String> change) throws Exception {
        String token = account.token("sallyport", HOUR, POD);
        cluster.behaviour().edit(usual -> {
            String changed = change.apply(usual);
            assertThat(changed).isNotEqualTo(usual);
            return changed;
        });
        assertRefused(reason, token, method("sallyport"));
    }

    static Stream<Arguments> refusesAnAnswerIn() {
        String user = "system:serviceaccount:shop:payments";
        return Stream.of(
                arguments(
                        "which authenticated is false",
                        Reason.NOT_AUTHENTICATED,
                        replace("\"authenticated\":true", "\"authenticated\":false")),
                arguments(
                        "which authenticated is a text",
                        Reason.NOT_AUTHENTICATED,
                        replace("\"authenticated\":true", "\"authenticated\":\"true\"")),
                arguments(
                        "which authenticated is a number",
                        Reason.NOT_AUTHENTICATED,
                        replace("\"authenticated\":true", "\"authenticated\":1")),
                arguments(
                        "which authenticated is null",
                        Reason.NOT_AUTHENTICATED,
                        replace("\"authenticated\":true", "\"authenticated\":null")),
                arguments(
                        "which authenticated is absent",
                        Reason.NOT_AUTHENTICATED,
                        replace("\"authenticated\":true", "\"x\":true")),
                arguments(
                        "which authenticated is in capitals",
                        Reason.NOT_AUTHENTICATED,
                        replace("\"authenticated\":true", "\"Authenticated\":true")),
                arguments(
                        "which there is an error as well",
                        Reason.NOT_AUTHENTICATED,
                        replace("\"authenticated\":true", "\"authenticated\":true,\"error\":\"but\"")),
                arguments(
                        "which there is an empty error",
                        Reason.NOT_AUTHENTICATED,
                        replace("\"authenticated\":true", "\"authenticated\":true,\"error\":\"\"")),
                arguments(
                        "which authenticated stands twice",
                        Reason.REVIEW_UNAVAILABLE,
                        replace("\"authenticated\":true", "\"authenticated\":false,\"authenticated\":true")),
                arguments("which the user is a person", Reason.SUBJECT_NOT_SERVICE_ACCOUNT, replace(user, "jane")),
                arguments(
                        "which the user is a node",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, "system:node:node-1")),
                arguments("which the user is empty", Reason.SUBJECT_NOT_SERVICE_ACCOUNT, replace(user, "")),
                arguments(
                        "which the user has a part more",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, user + ":x")),
                arguments(
                        "which the user has a part less",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, "system:serviceaccount:shop")),
                arguments(
                        "which the user has no name",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, "system:serviceaccount:shop:")),
                arguments(
                        "which the user has no namespace",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, "system:serviceaccount::payments")),
                arguments(
                        "which the user is in capitals",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, "system:serviceaccount:Shop:payments")),
                arguments(
                        "which the user has something before it",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, "x" + user)),
                arguments(
                        "which the user ends in a line feed",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, user + "\\n")),
                arguments(
                        "which the namespace has a dot",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, "system:serviceaccount:sh.op:payments")),
                arguments(
                        "which the name is too long",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace(user, "system:serviceaccount:shop:" + "a.".repeat(126) + "ab")),
                arguments(
                        "which the user is a list",
                        Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                        replace("\"" + user + "\"", "[\"" + user + "\"]")),
                arguments(
                        "which there is no user", Reason.SUBJECT_NOT_SERVICE_ACCOUNT, replace("\"user\":", "\"usr\":")),
                arguments(
                        "which the audience is another",
                        Reason.WRONG_AUDIENCE,
                        replaceLast("\"sallyport\"", "\"sallyport2\"")),
                arguments(
                        "which there is no audience",
                        Reason.WRONG_AUDIENCE,
                        replaceLast("\"audiences\":[\"sallyport\"]", "\"audiences\":[]")),
                arguments(
                        "which audiences are absent",
                        Reason.WRONG_AUDIENCE,
                        replaceLast("\"audiences\":[\"sallyport\"]", "\"a\":[]")),
                arguments(
                        "which the audience is a text",
                        Reason.WRONG_AUDIENCE,
                        replaceLast("[\"sallyport\"]", "\"sallyport\"")),
                arguments(
                        "which the kind is another",
                        Reason.REVIEW_UNAVAILABLE,
                        replace("\"kind\":\"TokenReview\"", "\"kind\":\"Status\"")),
                arguments(
                        "which the version is another",
                        Reason.REVIEW_UNAVAILABLE,
                        replace("authentication.k8s.io/v1\"", "authentication.k8s.io/v2\"")),
                arguments(
                        "which the token is another",
                        Reason.REVIEW_UNAVAILABLE,
                        replace("\"token\":\"ey", "\"token\":\"ex")),
                arguments("which there is no status", Reason.REVIEW_UNAVAILABLE, replace("\"status\":", "\"state\":")),
                arguments("which there is nothing", Reason.REVIEW_UNAVAILABLE, change(usual -> "")),
                arguments("which there is no object", Reason.REVIEW_UNAVAILABLE, change(usual -> "[]")),
                arguments("which more follows", Reason.REVIEW_UNAVAILABLE, change(usual -> usual + "{}")),
                arguments("HTML", Reason.REVIEW_UNAVAILABLE, change(usual -> "<html>")));
    }

    @Test
    void takesAServiceAccountWithDotsInItsName() throws Exception {
        ClusterServiceAccount dotted = cluster.serviceAccount("shop", "payments.v2.example");
        assertThat(verify(dotted.token("sallyport", HOUR), method("sallyport"))
                        .attestation()
                        .serviceAccount())
                .isEqualTo("payments.v2.example");
    }

    @Test
    void leavesOutWhatTheReviewTellsOfAPodInAnotherForm() throws Exception {
        cluster.behaviour().edit(usual -> usual.replace("[\"" + POD.name() + "\"]", "[\"a\",\"b\"]"));
        assertThat(verify(account.token("sallyport", HOUR, POD), method("sallyport"))
                        .attestation()
                        .pod())
                .isEmpty();
    }

    // Who reviews.

    @Test
    void saysThatTheReviewerWasRefusedRatherThanTheCaller() {
        String token = account.token("sallyport", HOUR);
        cluster.behaviour().fail(401);
        assertRefused(Reason.REVIEWER_REFUSED, token, method("sallyport"));
        cluster.behaviour().fail(403);
        assertRefused(Reason.REVIEWER_REFUSED, token, method("sallyport"));
    }

    @Test
    void reviewsWithTheWorkloadsOwnTokenWhereThereIsNoReviewer() throws Exception {
        ClusterServiceAccount own = cluster.serviceAccount("shop", "own");
        assertRefused(Reason.REVIEWER_REFUSED, own.token(), ownToken(cluster, ""));
        cluster.allowReviewsBy(own);
        assertThat(verify(own.token(), ownToken(cluster, "")).attestation().serviceAccount())
                .isEqualTo("own");
    }

    /** In this mode it is the caller's fault: the API server does not know the token. */
    @Test
    void refusesTheWorkloadWhoseOwnTokenIsNotValid() {
        assertRefused(Reason.NOT_AUTHENTICATED, ofAnotherCluster(""), ownToken(cluster, ""));
        assertRefused(Reason.NOT_AUTHENTICATED, account.token("vault", HOUR), ownToken(cluster, ""));
    }

    @Test
    void sendsNoReviewerTokenThatItCannotOpen() {
        int before = cluster.reviews();
        KubernetesAuth method = method(
                new KubernetesAuth.ByApi(
                        host(cluster),
                        authorities(cluster),
                        Optional.of(new EncryptedSecret("v2.something-else-altogether"))),
                "sallyport");
        assertRefused(Reason.SECRET_UNREADABLE, account.token("sallyport", HOUR), method);
        assertThat(cluster.reviews()).isEqualTo(before);
    }

    @Test
    void saysThatThereIsNoGateway() {
        assertRefused(
                Reason.REVIEW_MODE_UNSUPPORTED, account.token(), method(new KubernetesAuth.ByGateway("gateway-1"), ""));
    }

    // Undecided.

    @ParameterizedTest
    @ValueSource(ints = {202, 204, 301, 400, 404, 409, 429, 500, 502, 503})
    void couldNotFindOutFromAnAnswerWithStatus(int status) {
        cluster.behaviour().answerWith(status, status == 204 ? "" : "{}");
        assertRefused(Reason.REVIEW_UNAVAILABLE, account.token("sallyport", HOUR), method("sallyport"));
    }

    @Test
    void couldNotFindOutFromAServerThatItDoesNotTrust() throws Exception {
        KubernetesAuth without =
                method(new KubernetesAuth.ByApi(host(cluster), Optional.empty(), Optional.of(ENCRYPTED)), "sallyport");
        assertRefused(Reason.REVIEW_UNAVAILABLE, account.token("sallyport", HOUR), without);
        cluster.presentCertificateFor("kube.example");
        assertRefused(Reason.REVIEW_UNAVAILABLE, account.token("sallyport", HOUR), method("sallyport"));
        cluster.presentOwnCertificate();
        verify(account.token("sallyport", HOUR), method("sallyport"));
    }

    @Test
    void couldNotFindOutFromAnAnswerThatIsNotWhole() {
        cluster.behaviour().truncate();
        assertRefused(Reason.REVIEW_UNAVAILABLE, account.token("sallyport", HOUR), method("sallyport"));
        cluster.behaviour().endless();
        assertRefused(Reason.REVIEW_UNAVAILABLE, account.token("sallyport", HOUR), method("sallyport"));
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, REVIEW_TIMEOUT",
        "forbidden, HOST_NOT_ALLOWED",
        "refused, REVIEW_UNAVAILABLE",
        "busy, TOO_MANY_REVIEWS"
    })
    void tellsWhyItCouldNotFindOut(String failure, Reason reason) {
        IOException thrown = switch (failure) {
            case "timeout" -> new SocketTimeoutException("it took too long");
            case "forbidden" -> new HostNotAllowedException("10.0.0.1");
            case "busy" -> new TooManyReviewsException("32 reviews are under way");
            default -> new ConnectException("refused");
        };
        KubernetesVerifier cutOff = new KubernetesVerifier(failing(thrown), new Opening());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> cutOff.verify(
                        new Assertion(account.token("sallyport", HOUR)).parse(),
                        ID,
                        method("sallyport"),
                        CLOCK.instant()))
                .returns(reason, Refused::reason)
                .satisfies(refused -> assertThat(refused.reason().isUndecided()).isTrue());
    }

    @Test
    void sendsNothingToALoopbackFromADeployedFunction() {
        int before = cluster.reviews();
        KubernetesVerifier deployed =
                new KubernetesVerifier(new HttpsGuardedHosts(AddressPolicy.privateToo()), new Opening());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> deployed.verify(
                        new Assertion(account.token("sallyport", HOUR)).parse(),
                        ID,
                        method("sallyport"),
                        CLOCK.instant()))
                .returns(Reason.HOST_NOT_ALLOWED, Refused::reason);
        assertThat(cluster.reviews()).isEqualTo(before);
    }

    /** The message is for an operator: what is wrong, at which cluster, and how to fix it. */
    @ParameterizedTest
    @MethodSource
    void saysInPlainWordsWhy(IOException failure, String words) {
        KubernetesVerifier cutOff = new KubernetesVerifier(failing(failure), new Opening());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> cutOff.verify(
                        new Assertion(account.token("sallyport", HOUR)).parse(),
                        ID,
                        method("sallyport"),
                        CLOCK.instant()))
                .satisfies(refused -> assertThat(refused.detail())
                        .isEqualTo("the API server at localhost:" + cluster.port() + ": " + words)
                        .doesNotContain("Exception"));
    }

    static Stream<Arguments> saysInPlainWordsWhy() {
        return Stream.of(
                arguments(
                        new ConnectException("Connection refused"),
                        "the host does not accept the connection; check the port, and firewalls on the way"),
                arguments(
                        new UnknownHostException("kube.example"),
                        "the host name does not resolve; check the name, and DNS as this process sees it"),
                arguments(
                        new SSLHandshakeException("PKIX path building failed"),
                        "the TLS handshake failed; check that the host and port are those of an https server"),
                arguments(new SocketTimeoutException("it took too long"), "no answer in time"),
                arguments(new IOException("the answer broke off"), "the connection failed: \"the answer broke off\""),
                arguments(new IOException(), "the connection was closed early"));
    }

    @Test
    void saysWhatIsWrongWithACertificate() {
        KubernetesAuth system =
                method(new KubernetesAuth.ByApi(host(cluster), Optional.empty(), Optional.of(ENCRYPTED)), "sallyport");
        String token = account.token("sallyport", HOUR);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(token, system))
                .satisfies(refused -> assertThat(refused.detail())
                        .contains("not signed by a trusted authority; set caCert")
                        .doesNotContain("Exception"));
        cluster.presentCertificateFor("kube.example");
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(token, method("sallyport")))
                .satisfies(refused -> assertThat(refused.detail()).contains("is for another name"));
        cluster.presentExpiredCertificate();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(token, method("sallyport")))
                .satisfies(refused -> assertThat(refused.detail()).contains("is not valid at this time"));
        cluster.presentOwnCertificate();
    }

    @Test
    void saysWhichAddressIsNotAllowedAndThatItNeverIs() {
        KubernetesVerifier deployed =
                new KubernetesVerifier(new HttpsGuardedHosts(AddressPolicy.privateToo()), new Opening());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> deployed.verify(
                        new Assertion(account.token("sallyport", HOUR)).parse(),
                        ID,
                        method("sallyport"),
                        CLOCK.instant()))
                .satisfies(refused -> assertThat(refused.detail())
                        .startsWith("the API server at localhost:" + cluster.port() + ": the host has the address ")
                        .contains("never allowed; use"))
                .satisfies(refused -> assertThat(refused.reason().isPermanent()).isTrue());
    }

    private static GuardedHosts failing(IOException thrown) {
        return new GuardedHosts() {
            @Override
            public Answer post(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json)
                    throws IOException {
                throw thrown;
            }

            @Override
            public Fetcher fetcher(Optional<CaCertificates> authorities) {
                return uri -> {
                    throw thrown;
                };
            }
        };
    }

    private static UnaryOperator<String> change(UnaryOperator<String> change) {
        return change;
    }

    private static UnaryOperator<String> replace(String part, String other) {
        return usual -> usual.replace(part, other);
    }

    /** The answer repeats the question. */
    private static UnaryOperator<String> replaceLast(String part, String other) {
        return usual -> {
            int at = usual.lastIndexOf(part);
            return usual.substring(0, at) + other + usual.substring(at + part.length());
        };
    }

    private static String withSignatureOf(String token, String other) {
        return token.substring(0, token.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));
    }

    private static String ofAnotherCluster(String token) {
        try (SimulatedCluster other = SimulatedCluster.start(CLOCK)) {
            return other.serviceAccount("shop", "payments").token("sallyport", HOUR);
        }
    }

    private static KubernetesHost host(SimulatedCluster of) {
        return KubernetesHost.parse(of.host());
    }

    private static Optional<CaCertificates> authorities(SimulatedCluster of) {
        return Optional.of(CaCertificates.parse(of.caCertificate()));
    }

    /** @param audience empty for none */
    private static KubernetesAuth method(String audience) {
        return method(new KubernetesAuth.ByApi(host(cluster), authorities(cluster), Optional.of(ENCRYPTED)), audience);
    }

    /** With every list set. */
    private static KubernetesAuth narrow(String audience) {
        return new KubernetesAuth(
                new KubernetesAuth.ByApi(host(cluster), authorities(cluster), Optional.of(ENCRYPTED)),
                Globs.parse("shop"),
                Globs.parse("pay*"),
                Allowlist.parse(account.uid()),
                new Placement(Globs.parse("payments-*"), Globs.parse("node-1")),
                Optional.of(audience),
                TokenPolicy.DEFAULT);
    }

    private static KubernetesAuth ownToken(SimulatedCluster of, String audience) {
        return method(new KubernetesAuth.ByApi(host(of), authorities(of), Optional.empty()), audience);
    }

    private static KubernetesAuth method(KubernetesAuth.Review review, String audience) {
        return new KubernetesAuth(
                review,
                Globs.parse("shop"),
                Globs.NONE,
                Allowlist.NONE,
                Placement.ANY,
                Optional.of(audience).filter(text -> !text.isEmpty()),
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
