package io.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.HostNotAllowedException;
import io.sallyport.runtime.AddressPolicy;
import io.sallyport.runtime.HttpsClusters;
import io.sallyport.simulated.ClusterServiceAccount;
import io.sallyport.simulated.Pod;
import io.sallyport.simulated.SimulatedCluster;
import io.sallyport.testing.TestClock;
import io.sallyport.token.TokenPolicy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
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

/** Reviews by the API server. */
class KubernetesVerifierTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final Pod POD = Pod.named("payments-0");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final SealedSecret SEALED = new SealedSecret("v2.sealed-reviewer-token");

    private static final TestClock CLOCK = new TestClock();

    private static SimulatedCluster cluster;
    private static ClusterServiceAccount account;
    private static ClusterServiceAccount reviewer;

    private final KubernetesVerifier verifier =
            new KubernetesVerifier(new HttpsClusters(AddressPolicy.forSimulatedClusters()), new Opening());

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

    /** Opens the one secret there is, in the one place where it belongs. */
    private static final class Opening implements Sealer {
        @Override
        public SealedSecret seal(Secret secret, SecretPlace place) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Secret open(SealedSecret sealedSecret, SecretPlace place) throws Refused {
            assertThat(place)
                    .isIn(
                            SecretPlace.reviewerJwt(ID, api(authorities(cluster))),
                            SecretPlace.reviewerJwt(ID, api(Optional.empty())));
            if (!sealedSecret.equals(SEALED)) {
                throw new Refused(Reason.SECRET_UNREADABLE, "as told");
            }
            return new Secret(reviewer.token());
        }
    }

    private static KubernetesAuth.ByApi api(Optional<CaCertificates> authorities) {
        return new KubernetesAuth.ByApi(host(cluster), authorities, Optional.of(SEALED));
    }

    @Test
    void vouchesForAPodByItsToken() throws Exception {
        Verified<KubernetesAttestation> verified = verify(account.token("sallyport", HOUR, POD), method("sallyport"));
        assertThat(verified.attestation())
                .isEqualTo(new KubernetesAttestation(
                        "shop",
                        "payments",
                        account.uid(),
                        Optional.of(new KubernetesAttestation.Pod(POD.name(), POD.uid()))));
        assertThat(verified.singleUse()).isEmpty();
        method("sallyport").admit(verified.attestation());
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

    // What is no token is not sent anywhere.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "a.b.c",
                "...",
                "{}",
                "eyJhbGciOiJSUzI1NiJ9.e30.AA",
                "token\r\nX-Evil: 1",
                // an access token of ours
                "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImEifQ.e30.AA"
            })
    void asksNobodyAbout(String assertion) {
        int before = cluster.reviews();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(assertion, method("")))
                .satisfies(refused -> assertThat(refused.reason().isUndecided()).isFalse());
        assertThat(cluster.reviews()).isEqualTo(before);
    }

    // What the API server refuses.

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesATokenThat(String flaw, UnaryOperator<String> change) {
        assertRefused(Reason.NOT_AUTHENTICATED, change.apply(account.token("sallyport", HOUR)), method("sallyport"));
    }

    static Stream<Arguments> refusesATokenThat() {
        return Stream.of(
                arguments("has expired", change(token -> account.token("sallyport", Duration.ofSeconds(-61)))),
                arguments("is for another audience", change(token -> account.token("vault", HOUR))),
                arguments("is for the API server", change(token -> account.token())),
                arguments("has another's signature", change(token -> withSignatureOf(token, reviewer.token()))),
                arguments("is of another cluster", change(KubernetesVerifierTest::ofAnotherCluster)));
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

    /** No verdict is kept: what is deleted cannot log in from the next login on. */
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

    /** A verdict of one cluster says nothing about another. */
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

    // What is no unmistakable yes.

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
                arguments("which the user is nobody", Reason.SUBJECT_NOT_SERVICE_ACCOUNT, replace(user, "")),
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

    /** There it is the caller's fault: the API server does not know the token. */
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
                        Optional.of(new SealedSecret("v2.something-else-altogether"))),
                "sallyport");
        assertRefused(Reason.SECRET_UNREADABLE, account.token("sallyport", HOUR), method);
        assertThat(cluster.reviews()).isEqualTo(before);
    }

    @Test
    void saysThatThereIsNoGateway() {
        assertRefused(
                Reason.REVIEW_MODE_UNSUPPORTED, account.token(), method(new KubernetesAuth.ByGateway("gateway-1"), ""));
    }

    // What could not be found out.

    @ParameterizedTest
    @ValueSource(ints = {202, 204, 301, 400, 404, 409, 429, 500, 502, 503})
    void couldNotFindOutFromAnAnswerWithStatus(int status) {
        cluster.behaviour().answerWith(status, status == 204 ? "" : "{}");
        assertRefused(Reason.REVIEW_UNAVAILABLE, account.token("sallyport", HOUR), method("sallyport"));
    }

    @Test
    void couldNotFindOutFromAServerThatItDoesNotTrust() throws Exception {
        KubernetesAuth without =
                method(new KubernetesAuth.ByApi(host(cluster), Optional.empty(), Optional.of(SEALED)), "sallyport");
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
    @CsvSource({"timeout, REVIEW_TIMEOUT", "forbidden, HOST_NOT_ALLOWED", "refused, REVIEW_UNAVAILABLE"})
    void tellsWhyItCouldNotFindOut(String failure, Reason reason) {
        IOException thrown = switch (failure) {
            case "timeout" -> new SocketTimeoutException("it took too long");
            case "forbidden" -> new HostNotAllowedException("10.0.0.1");
            default -> new ConnectException("refused");
        };
        KubernetesVerifier cutOff = new KubernetesVerifier(failing(thrown), new Opening());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> cutOff.verify(
                        new Assertion(account.token("sallyport", HOUR)), ID, method("sallyport"), CLOCK.instant()))
                .returns(reason, Refused::reason)
                .satisfies(refused -> assertThat(refused.reason().isUndecided()).isTrue());
    }

    @Test
    void sendsNothingToALoopbackFromADeployedFunction() {
        int before = cluster.reviews();
        KubernetesVerifier deployed =
                new KubernetesVerifier(new HttpsClusters(AddressPolicy.privateToo()), new Opening());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> deployed.verify(
                        new Assertion(account.token("sallyport", HOUR)), ID, method("sallyport"), CLOCK.instant()))
                .returns(Reason.HOST_NOT_ALLOWED, Refused::reason);
        assertThat(cluster.reviews()).isEqualTo(before);
    }

    private static Clusters failing(IOException thrown) {
        return new Clusters() {
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

    /** The question is part of the answer. */
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
        return method(new KubernetesAuth.ByApi(host(cluster), authorities(cluster), Optional.of(SEALED)), audience);
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
                Optional.of(audience).filter(text -> !text.isEmpty()),
                TokenPolicy.DEFAULT);
    }

    private Verified<KubernetesAttestation> verify(String token, KubernetesAuth method) throws Refused {
        return verifier.verify(new Assertion(token), ID, method, CLOCK.instant());
    }

    private void assertRefused(Reason reason, String token, KubernetesAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(token, method))
                .returns(reason, Refused::reason);
    }
}
