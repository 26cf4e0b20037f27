package io.sallyport.method.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jwt.JWTClaimsSet;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.json.Json;
import io.sallyport.method.Assertion;
import io.sallyport.method.Verified;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.simulated.google.Instance;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import io.sallyport.testing.TestClock;
import io.sallyport.token.TokenPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

class GcpVerifierTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    private static final TestClock CLOCK = new TestClock();
    private static final Instance INSTANCE =
            new Instance("shop", 326694433618L, "europe-west1-b", "2875949485074006138", "payments-1", CLOCK.instant());
    private static final GcpAuth GCE = gce(Allowlist.of(EMAIL), Allowlist.of("shop"), Allowlist.of("europe-west1-b"));
    private static final GcpAuth IAM = iam(Allowlist.of(EMAIL));

    private static SimulatedGoogle google;
    private static SimulatedServiceAccount account;

    private GcpVerifier verifier = newVerifier();

    @BeforeAll
    static void startGoogle() {
        google = SimulatedGoogle.start(CLOCK);
        account = google.serviceAccount(EMAIL);
    }

    @AfterAll
    static void stopGoogle() {
        google.close();
    }

    @BeforeEach
    void recover() {
        google.behaviour().recover();
        verifier = newVerifier();
    }

    private static GcpVerifier newVerifier() {
        return new GcpVerifier(
                google == null
                        ? GcpVerifier.Endpoints.GOOGLE
                        : new GcpVerifier.Endpoints(google.oauth2Certs(), google.serviceAccountCerts()),
                HttpFetcher.plainHttpToo());
    }

    // ID tokens.

    @Test
    void vouchesForAnInstanceByItsIdToken() throws Exception {
        Verified<GcpAttestation> verified = verify(idToken(claims -> claims), GCE);
        assertThat(verified.attestation())
                .isEqualTo(new GcpAttestation(
                        GcpAuth.Type.GCE,
                        EMAIL,
                        account.uniqueId(),
                        java.util.Optional.of(new GcpAttestation.Instance(
                                "shop", "europe-west1-b", "2875949485074006138", "payments-1"))));
        assertThat(verified.singleUse()).isEmpty();
        assertThat(verified.attestation().method()).isEqualTo("gcp-id-token");
        GCE.admit(verified.attestation());
    }

    @Test
    void takesTheShortFormOfGooglesIssuer() throws Exception {
        assertThat(verify(idToken(claims -> claims.issuer("accounts.google.com")), GCE))
                .isNotNull();
    }

    @Test
    void vouchesForAWorkloadWithoutAnInstance() throws Exception {
        Verified<GcpAttestation> verified = verify(idToken(claims -> claims.claim("google", null)), GCE);
        assertThat(verified.attestation().instance()).isEmpty();
        assertThat(verified.attestation().facts()).containsOnlyKeys("service_account", "service_account_id");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAnIdTokenThat(String flaw, Reason reason, UnaryOperator<JWTClaimsSet.Builder> change) {
        assertRefused(reason, idToken(change), GCE);
    }

    static Stream<Arguments> refusesAnIdTokenThat() {
        return Stream.of(
                arguments("is of another issuer", Reason.WRONG_ISSUER, change(c -> c.issuer("https://evil.example"))),
                arguments(
                        "is of an issuer with a slash",
                        Reason.WRONG_ISSUER,
                        change(c -> c.issuer("https://accounts.google.com/"))),
                arguments(
                        "is of an issuer in capitals",
                        Reason.WRONG_ISSUER,
                        change(c -> c.issuer("https://ACCOUNTS.google.com"))),
                arguments("has no issuer", Reason.CLAIM_MISSING, change(c -> c.issuer(null))),
                arguments("has no audience", Reason.CLAIM_MISSING, change(c -> c.audience((String) null))),
                arguments("has an empty audience", Reason.WRONG_AUDIENCE, raw("aud", "")),
                arguments("has an audience of null", Reason.CLAIM_MALFORMED, raw("aud", null)),
                arguments("has no audience in a list", Reason.CLAIM_MALFORMED, raw("aud", List.of())),
                arguments("has us alone in a list", Reason.CLAIM_MALFORMED, raw("aud", List.of("payments"))),
                arguments("has us among others", Reason.CLAIM_MALFORMED, raw("aud", List.of("payments", "x"))),
                arguments("has a prefix for audience", Reason.WRONG_AUDIENCE, change(c -> c.audience("payment"))),
                arguments("has a longer audience", Reason.WRONG_AUDIENCE, change(c -> c.audience("payments2"))),
                arguments("has an audience ending in us", Reason.WRONG_AUDIENCE, change(c -> c.audience("xpayments"))),
                arguments("has an audience in capitals", Reason.WRONG_AUDIENCE, change(c -> c.audience("Payments"))),
                arguments("has an audience with a slash", Reason.WRONG_AUDIENCE, change(c -> c.audience("payments/"))),
                arguments("has an audience with a space", Reason.WRONG_AUDIENCE, change(c -> c.audience("payments "))),
                arguments("never expires", Reason.CLAIM_MISSING, change(c -> c.expirationTime(null))),
                arguments("has no iat", Reason.CLAIM_MISSING, change(c -> c.issueTime(null))),
                arguments("has expired", Reason.EXPIRED, change(c -> c.expirationTime(in(Duration.ofSeconds(-60))))),
                arguments(
                        "lives for days",
                        Reason.LIFETIME_TOO_LONG,
                        change(c -> c.expirationTime(in(Duration.ofHours(25))))),
                arguments(
                        "is from the future",
                        Reason.NOT_YET_VALID,
                        change(c -> c.issueTime(in(Duration.ofSeconds(61))))),
                arguments("has no e-mail", Reason.CLAIM_MISSING, change(c -> c.claim("email", null))),
                arguments(
                        "has an unverified e-mail",
                        Reason.EMAIL_NOT_VERIFIED,
                        change(c -> c.claim("email_verified", false))),
                arguments(
                        "does not say it is verified",
                        Reason.EMAIL_NOT_VERIFIED,
                        change(c -> c.claim("email_verified", null))),
                arguments(
                        "says verified as a text",
                        Reason.CLAIM_MALFORMED,
                        change(c -> c.claim("email_verified", "true"))),
                arguments("has no subject", Reason.CLAIM_MISSING, change(c -> c.subject(null))),
                arguments(
                        "has an instance that is a text", Reason.CLAIM_MALFORMED, change(c -> c.claim("google", "x"))),
                arguments(
                        "has an instance without a project",
                        Reason.CLAIM_MISSING,
                        change(c -> c.claim("google", Map.of("compute_engine", Map.of("zone", "z"))))),
                arguments(
                        "has a zone that is a number",
                        Reason.CLAIM_MALFORMED,
                        change(c ->
                                c.claim("google", Map.of("compute_engine", Map.of("project_id", "p", "zone", 5))))));
    }

    @Test
    void refusesAnIdTokenByAnyOtherKey() throws Exception {
        String signedJwt = account.signJwt(Json.writeString(idTokenClaims()));
        assertRefused(Reason.UNKNOWN_KEY, signedJwt, GCE);
        String posing = account.sign(
                "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\""
                        + google.idTokenKey().getKeyID() + "\"}",
                Json.writeString(idTokenClaims()));
        assertRefused(Reason.BAD_SIGNATURE, posing, GCE);
    }

    /** Vault, CVE-2020-16251: the claims must not choose the keys. */
    @Test
    void refusesASignedJwtWithComputeClaimsOnAGceIdentity() throws Exception {
        Map<String, Object> claims = new HashMap<>(idTokenClaims());
        claims.put("sub", EMAIL);
        assertRefused(Reason.UNKNOWN_KEY, account.signJwt(Json.writeString(claims)), GCE);
        claims.put("iss", EMAIL);
        assertRefused(Reason.UNKNOWN_KEY, account.signJwt(Json.writeString(claims)), GCE);
    }

    @Test
    void refusesAnIdTokenOnAnIamIdentity() throws Exception {
        assertRefused(Reason.SUBJECT_NOT_SERVICE_ACCOUNT, idToken(claims -> claims), IAM);
        assertRefused(Reason.UNKNOWN_KEY, idToken(claims -> claims.subject(EMAIL)), IAM);
    }

    @Test
    void followsARotationOfGooglesKeys() throws Exception {
        verify(idToken(claims -> claims), GCE);
        google.rotateIdTokenKeys();
        String rotated = idToken(claims -> claims);
        assertRefused(Reason.UNKNOWN_KEY, rotated, GCE);
        assertThat(verifier.verify(
                        new Assertion(rotated).parse(), ID, GCE, CLOCK.instant().plusSeconds(30)))
                .isNotNull();
    }

    @Test
    void couldNotCheckWhileGoogleIsDown() {
        google.behaviour().fail(503);
        assertRefused(Reason.KEYS_UNAVAILABLE, idToken(claims -> claims), GCE);
        verifier = newVerifier();
        google.behaviour().recover();
        google.behaviour().truncate();
        assertRefused(Reason.KEYS_UNAVAILABLE, idToken(claims -> claims), GCE);
    }

    @Test
    void followsNoRedirectToOtherKeys() {
        try (SimulatedGoogle impostor = SimulatedGoogle.start(CLOCK)) {
            google.behaviour().redirectTo(impostor.oauth2Certs());
            String forged = impostor.signIdToken(
                    google.idTokenClaims(account, INSTANCE, ID.value()).build());
            assertRefused(Reason.KEYS_UNAVAILABLE, forged, GCE);
            assertThat(impostor.certsRequests()).isZero();
        }
    }

    // Signed JWTs.

    @Test
    void vouchesForAServiceAccountByAJwtThatItSigned() throws Exception {
        Verified<GcpAttestation> verified = verify(account.signJwt(signedClaims(Map.of())), IAM);
        assertThat(verified.attestation().serviceAccount()).isEqualTo(EMAIL);
        assertThat(verified.attestation().method()).isEqualTo("gcp-iam");
        assertThat(verified.attestation().facts()).containsOnlyKeys("service_account");
        assertThat(verified.singleUse()).isEmpty();
        IAM.admit(verified.attestation());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesASignedJwtThat(String flaw, Reason reason, Map<String, Object> change) {
        assertRefused(reason, account.signJwt(signedClaims(change)), IAM);
    }

    static Stream<Arguments> refusesASignedJwtThat() {
        long now = CLOCK.instant().getEpochSecond();
        return Stream.of(
                arguments("is for another identity", Reason.WRONG_AUDIENCE, Map.of("aud", "payments2")),
                arguments("has an empty audience", Reason.WRONG_AUDIENCE, Map.of("aud", "")),
                arguments("is for a list", Reason.CLAIM_MALFORMED, Map.of("aud", List.of("payments"))),
                arguments("is of another issuer", Reason.WRONG_ISSUER, Map.of("iss", "https://accounts.google.com")),
                arguments("has expired", Reason.EXPIRED, Map.of("exp", now - 60)),
                arguments("lives for more than half a day", Reason.LIFETIME_TOO_LONG, Map.of("exp", now + 43_261)),
                arguments("is not valid yet", Reason.NOT_YET_VALID, Map.of("nbf", now + 61)),
                arguments("is from the future", Reason.NOT_YET_VALID, Map.of("iat", now + 61)));
    }

    @Test
    void takesASignedJwtWithAllItsTimesAtTheirBounds() throws Exception {
        long now = CLOCK.instant().getEpochSecond();
        String jwt = account.signJwt(
                signedClaims(Map.of("iss", EMAIL, "exp", now + 43_200, "iat", now + 60, "nbf", now + 60)));
        assertThat(verify(jwt, IAM)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "112233445566778899001",
                "payments@shop.example.com",
                "payments@shop.iam.gserviceaccount.com.evil.example",
                "payments@shop.iam.gserviceaccount.com/../../oauth2",
                "payments@shop.iam.gserviceaccount.com?x=1",
                "payments@shop.iam.gserviceaccount.com#",
                "payments%40shop.iam.gserviceaccount.com",
                "../payments@shop.iam.gserviceaccount.com",
                "a b@shop.iam.gserviceaccount.com",
                "Payments@shop.iam.gserviceaccount.com",
                "payments@shop.iam.gserviceaccount.com\n",
                "payments@gserviceaccount.com@evil.example",
                "payments@.gserviceaccount.com",
                "payments@xgserviceaccount.com",
                "@shop.iam.gserviceaccount.com",
                ""
            })
    void fetchesNoKeysFor(String subject) {
        int before = google.serviceAccountCertsRequests();
        GcpAuth anyAccount = iam(Allowlist.of("*"));
        assertRefused(
                Reason.SUBJECT_NOT_SERVICE_ACCOUNT, account.signJwt(signedClaims(Map.of("sub", subject))), anyAccount);
        assertThat(google.serviceAccountCertsRequests()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "payments@shop.iam.gserviceaccount.com",
                "326694433618-compute@developer.gserviceaccount.com",
                "shop@appspot.gserviceaccount.com",
                "payments@shop.example.com.iam.gserviceaccount.com",
                "service-326694433618@gcp-sa-logging.iam.gserviceaccount.com"
            })
    void takesEveryFormOfServiceAccountThatGoogleHas(String email) throws Exception {
        SimulatedServiceAccount other = google.serviceAccount(email);
        assertThat(verify(other.signJwt(signedClaims(Map.of("sub", email))), iam(Allowlist.of("*"))))
                .isNotNull();
    }

    @Test
    void fetchesNoKeysOfAnAccountThatIsNotAllowed() {
        SimulatedServiceAccount other = google.serviceAccount("other@shop.iam.gserviceaccount.com");
        int before = google.serviceAccountCertsRequests();
        assertRefused(
                Reason.SERVICE_ACCOUNT_NOT_ALLOWED, other.signJwt(signedClaims(Map.of("sub", other.email()))), IAM);
        assertThat(google.serviceAccountCertsRequests()).isEqualTo(before);
    }

    /** Vault, CVE-2020-16251: one account's key with another account's name. */
    @Test
    void refusesTheKeyOfAnotherAccount() {
        SimulatedServiceAccount other = google.serviceAccount("other@shop.iam.gserviceaccount.com");
        assertRefused(Reason.UNKNOWN_KEY, other.signJwt(signedClaims(Map.of())), IAM);
    }

    @Test
    void refusesAnAccountThatDoesNotExist() {
        String jwt = account.signJwt(signedClaims(Map.of("sub", "unknown@shop.iam.gserviceaccount.com")));
        assertRefused(Reason.UNKNOWN_KEY, jwt, iam(Allowlist.of("*")));
    }

    @Test
    void refusesAnEternalJwtOfAKeyThatSomebodyDownloaded() throws Exception {
        assertRefused(Reason.KEY_NOT_ROTATED, account.signWithUserManagedKey(signedClaims(Map.of())), IAM);
        long soon = CLOCK.instant().getEpochSecond() + 600;
        assertThat(verify(account.signWithUserManagedKey(signedClaims(Map.of("exp", soon))), IAM))
                .isNotNull();
    }

    @ParameterizedTest(name = "a key valid for {0} days and {1} s: {2}")
    @CsvSource({"60, 0, ", "60, 1, KEY_NOT_ROTATED", "1, 0, "})
    void takesAJwtWithoutAnEndOnlyByAKeyThatGoogleRotates(long days, long seconds, Reason reason) throws Exception {
        Instant from = CLOCK.instant().minusSeconds(3600);
        String jwt = account.signWithKeyValid(
                from, from.plus(Duration.ofDays(days)).plusSeconds(seconds), signedClaims(Map.of()));
        if (reason == null) {
            assertThat(verify(jwt, IAM)).isNotNull();
        } else {
            assertRefused(reason, jwt, IAM);
        }
    }

    @Test
    void refusesAKeyWhoseCertificateIsOver() {
        assertRefused(Reason.KEY_EXPIRED, account.signWithExpiredKey(signedClaims(Map.of())), IAM);
    }

    @Test
    void refusesAnyJwtWithoutAnEndWhereOneIsRequired() throws Exception {
        GcpAuth strict = iam(Allowlist.of(EMAIL), GcpAuth.Option.REQUIRE_EXPIRY);
        assertRefused(Reason.EXPIRY_REQUIRED, account.signJwt(signedClaims(Map.of())), strict);
        long soon = CLOCK.instant().getEpochSecond() + 600;
        assertThat(verify(account.signJwt(signedClaims(Map.of("exp", soon))), strict))
                .isNotNull();
    }

    @Test
    void saysHowLongASingleUseMustBeRemembered() throws Exception {
        GcpAuth once = iam(Allowlist.of(EMAIL), GcpAuth.Option.SINGLE_USE);
        Instant soon = CLOCK.instant().plusSeconds(600);
        assertThat(verify(account.signJwt(signedClaims(Map.of("exp", soon.getEpochSecond()))), once)
                        .singleUse()
                        .orElseThrow()
                        .validUntil())
                .isEqualTo(soon.plusSeconds(60));
        verifier = newVerifier();
        Instant from = CLOCK.instant().minusSeconds(3600);
        Instant to = from.plus(Duration.ofDays(20));
        assertThat(verify(account.signWithKeyValid(from, to, signedClaims(Map.of())), once)
                        .singleUse()
                        .orElseThrow()
                        .validUntil())
                .isEqualTo(to);
    }

    private static JWTClaimsSet.Builder claims() {
        return google.idTokenClaims(account, INSTANCE, ID.value());
    }

    private static Map<String, Object> idTokenClaims() throws Exception {
        return Json.parseObject(claims().build().toString());
    }

    private static String idToken(UnaryOperator<JWTClaimsSet.Builder> change) {
        JWTClaimsSet claims = change.apply(claims()).build();
        Object audience = claims.getClaim("raw_aud");
        if (!claims.getClaims().containsKey("raw_aud")) {
            return google.signIdToken(claims);
        }
        // The library's builder would normalize such an audience.
        try {
            Map<String, Object> members = new HashMap<>(Json.parseObject(claims.toString(true)));
            members.remove("raw_aud");
            members.put("aud", audience);
            return google.signIdToken("{\"alg\":\"RS256\",\"kid\":\"KID\",\"typ\":\"JWT\"}", Json.writeString(members));
        } catch (io.sallyport.json.MalformedJsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static UnaryOperator<JWTClaimsSet.Builder> change(UnaryOperator<JWTClaimsSet.Builder> change) {
        return change;
    }

    private static UnaryOperator<JWTClaimsSet.Builder> raw(String name, Object value) {
        return claims -> claims.claim("raw_" + name, value);
    }

    private static Date in(Duration time) {
        return Date.from(CLOCK.instant().plus(time));
    }

    /** The claims that Infisical's clients sign, with changes. */
    private static String signedClaims(Map<String, Object> changes) {
        Map<String, Object> claims = new HashMap<>(Map.of("sub", EMAIL, "aud", ID.value()));
        claims.putAll(changes);
        return Json.writeString(claims);
    }

    private Verified<GcpAttestation> verify(String jwt, GcpAuth method) throws Refused {
        return verifier.verify(new Assertion(jwt).parse(), ID, method, CLOCK.instant());
    }

    private void assertRefused(Reason reason, String jwt, GcpAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(jwt, method))
                .returns(reason, Refused::reason);
    }

    private static GcpAuth gce(Allowlist accounts, Allowlist projects, Allowlist zones) {
        return new GcpAuth(GcpAuth.Type.GCE, accounts, Allowlist.NONE, projects, zones, Set.of(), TokenPolicy.DEFAULT);
    }

    private static GcpAuth iam(Allowlist accounts, GcpAuth.Option... options) {
        return new GcpAuth(
                GcpAuth.Type.IAM,
                accounts,
                Allowlist.NONE,
                Allowlist.NONE,
                Allowlist.NONE,
                Set.of(options),
                TokenPolicy.DEFAULT);
    }
}
