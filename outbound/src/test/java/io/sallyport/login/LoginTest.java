package io.sallyport.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.ErrorResponse;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.json.Json;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import io.sallyport.method.gcp.GcpAttestation;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.simulated.google.Instance;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.NoKms;
import io.sallyport.testing.TestClock;
import io.sallyport.token.SessionId;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenMinter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LoginTest {
    private static final String ISSUER = "https://login.example.com";
    private static final IdentityId VM = new IdentityId("payments-vm");
    private static final IdentityId JOB = new IdentityId("nightly-job");
    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    private static final Instance INSTANCE = new Instance(
            "shop", 326694433618L, "europe-west1-b", "2875949485074006138", "payments-1", java.time.Instant.EPOCH);

    private static SimulatedGoogle google;
    private static SimulatedServiceAccount account;
    private static TestClock clock;
    private static ECKey key;

    private final MemoryStores stores = new MemoryStores();
    private final List<Audit> audits = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private Login<GcpAuth, GcpAttestation> login;

    @BeforeAll
    static void startGoogle() throws Exception {
        clock = new TestClock();
        google = SimulatedGoogle.start(clock);
        account = google.serviceAccount(EMAIL);
        key = new ECKeyGenerator(Curve.P_256).generate();
    }

    @AfterAll
    static void stopGoogle() {
        google.close();
    }

    @BeforeEach
    void wire() throws Exception {
        google.behaviour().recover();
        login = newLogin();
        save(
                VM,
                Map.of(
                        "type",
                        "gce",
                        "allowedServiceAccounts",
                        EMAIL,
                        "accessTokenTTL",
                        600L,
                        "accessTokenMaxTTL",
                        3600L));
        save(JOB, Map.of("type", "iam", "allowedServiceAccounts", EMAIL, "singleUse", true));
    }

    private Login<GcpAuth, GcpAttestation> newLogin() {
        SigningKeys keys = SigningKeys.parsePrivate(Json.writeString(Map.of("keys", List.of(key.toJSONObject()))));
        return new Login<>(
                GcpAuth.class,
                new GcpVerifier(
                        new GcpVerifier.Endpoints(google.oauth2Certs(), google.serviceAccountCerts()),
                        HttpFetcher.plainHttpToo()),
                new Login.Services(
                        new CachedIdentities(stores, Duration.ofSeconds(5), clock),
                        new TokenMinter(ISSUER, keys.signer(NoKms.SUPPLIER)),
                        stores,
                        new LastLogins(stores),
                        audits::add,
                        clock,
                        () -> String.format("id-%019d", ids.incrementAndGet())));
    }

    @Test
    void answersAsInfisicalsClientsExpect() throws Exception {
        Response response = post(VM, idToken(VM));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("Cache-Control", "no-store");
        Map<String, Object> body = Json.parseObject(response.body());
        assertThat(body).containsOnlyKeys("accessToken", "expiresIn", "accessTokenMaxTTL", "tokenType");
        assertThat(body)
                .containsEntry("expiresIn", 600L)
                .containsEntry("accessTokenMaxTTL", 3600L)
                .containsEntry("tokenType", "Bearer");
    }

    @Test
    void issuesATokenThatSaysWhatWasVerified() throws Exception {
        SignedJWT jwt = accessToken(post(VM, idToken(VM)));
        assertThat(jwt.verify(new ECDSAVerifier(key.toPublicJWK()))).isTrue();
        Map<String, Object> claims = Json.parseObject(jwt.getPayload().toString());
        assertThat(claims)
                .containsEntry("iss", ISSUER)
                .containsEntry("aud", ISSUER)
                .containsEntry("sub", VM.value())
                .containsEntry("exp", clock.instant().getEpochSecond() + 600)
                .containsEntry("auth_time", clock.instant().getEpochSecond())
                .containsEntry("auth_method", "gcp-id-token")
                .containsEntry(
                        "attestation",
                        Map.of(
                                "service_account", EMAIL,
                                "service_account_id", account.uniqueId(),
                                "project_id", "shop",
                                "zone", "europe-west1-b",
                                "instance_id", "2875949485074006138",
                                "instance_name", "payments-1"));
        assertThat(claims.get("jti")).isNotEqualTo(claims.get("sid"));
    }

    @Test
    void givesEveryLoginANewSession() throws Exception {
        String token = idToken(VM);
        assertThat(accessToken(post(VM, token)).getJWTClaimsSet().getClaim("sid"))
                .isNotEqualTo(accessToken(post(VM, token)).getJWTClaimsSet().getClaim("sid"));
    }

    @Test
    void writesNothingForUnlimitedUsesAndReadsOnceWithinTheCachesTime() throws Exception {
        int writes = stores.writes();
        for (int i = 0; i < 100; i++) {
            assertThat(post(VM, idToken(VM)).status()).isEqualTo(200);
        }
        // The last login is recorded once an hour.
        assertThat(stores.writes()).isEqualTo(writes + 1);
        assertThat(stores.reads()).isEqualTo(1);
    }

    @Test
    void notesTheLastLoginToTheHourAndNeverFailsForIt() throws Exception {
        Instant first = clock.instant();
        post(VM, idToken(VM));
        clock.advance(Duration.ofHours(1).minusNanos(1));
        post(VM, idToken(VM));
        assertThat(stores.lastLogin(VM)).contains(new IdentityStore.LastLogin("gcp-id-token", first));
        clock.advance(Duration.ofNanos(1));
        stores.failWrites(Reason.STORE_UNAVAILABLE);
        assertThat(post(VM, idToken(VM)).status()).isEqualTo(200);
        stores.recover();
        clock.advance(Duration.ofHours(1));
        post(VM, idToken(VM));
        assertThat(stores.lastLogin(VM).orElseThrow().at()).isEqualTo(clock.instant());
    }

    @Test
    void givesALimitedSessionItsUsesWithOneWrite() throws Exception {
        save(
                VM,
                Map.of(
                        "type",
                        "gce",
                        "allowedServiceAccounts",
                        EMAIL,
                        "accessTokenNumUsesLimit",
                        3L,
                        "accessTokenMaxTTL",
                        60L));
        post(VM, idToken(VM));
        int writes = stores.writes();
        SignedJWT jwt = accessToken(post(VM, idToken(VM)));
        assertThat(stores.writes()).isEqualTo(writes + 1);
        SessionId session = new SessionId(jwt.getJWTClaimsSet().getStringClaim("sid"));
        assertThat(stores.uses(session)).contains(3L);
        assertThat(stores.expiry(session)).contains(clock.instant().plusSeconds(60));
        assertThat(jwt.getJWTClaimsSet().getLongClaim("max_uses")).isEqualTo(3);
    }

    @Test
    void keepsTheUsesOfASessionWithoutEndForAsLongAsItsTokenLives() throws Exception {
        save(
                VM,
                Map.of(
                        "type", "gce",
                        "allowedServiceAccounts", EMAIL,
                        "accessTokenNumUsesLimit", 3L,
                        "accessTokenTTL", 60L,
                        "accessTokenMaxTTL", 0L));
        SignedJWT jwt = accessToken(post(VM, idToken(VM)));
        assertThat(stores.expiry(new SessionId(jwt.getJWTClaimsSet().getStringClaim("sid"))))
                .contains(clock.instant().plusSeconds(60));
    }

    @Test
    void admitsASingleUseJwtOnceHoweverManyTryAtOnce() throws Exception {
        String jwt = account.signJwt(Json.writeString(Map.of("sub", EMAIL, "aud", JOB.value(), "n", 1)));
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                results.add(
                        threads.submit((Callable<Integer>) () -> post(JOB, jwt).status()));
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> result : results) {
                statuses.add(result.get());
            }
            assertThat(statuses).containsOnly(200, 401).containsOnlyOnce(200);
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void deniesInTheSameWordsALoginWith(String flaw, Reason reason, Attempt attempt) throws Exception {
        Response unknown = post(new IdentityId("no-such-id"), idToken(VM));
        audits.clear();
        Response denied = attempt.by(this);
        assertThat(denied.status()).isEqualTo(401);
        assertThat(denied).isEqualTo(unknown);
        assertThat(audits).hasSize(1);
        assertThat(audits.get(0).reason()).contains(reason);
        assertThat(audits.get(0).isGranted()).isFalse();
    }

    private interface Attempt {
        Response by(LoginTest test) throws Exception;
    }

    static Stream<Arguments> deniesInTheSameWordsALoginWith() {
        return Stream.of(
                denied(
                        "an unknown identity",
                        Reason.UNKNOWN_IDENTITY,
                        test -> test.post(new IdentityId("x"), idToken(VM))),
                denied("a disabled identity", Reason.IDENTITY_DISABLED, test -> {
                    test.stores.save(new Identity(VM, "n", "r", Map.of(), true, List.of()));
                    return test.post(VM, idToken(VM));
                }),
                denied("an identity without the method", Reason.NO_AUTH_METHOD, test -> {
                    test.stores.save(new Identity(VM, "n", "r", Map.of(), false, List.of()));
                    return test.post(VM, idToken(VM));
                }),
                denied("a method that strangers could meet", Reason.UNCONSTRAINED_AUTH_METHOD, test -> {
                    test.stores.spoil(VM, Map.of("gcpAuth", Map.of("type", "gce", "allowedZones", "europe-west1-b")));
                    return test.post(VM, idToken(VM));
                }),
                denied("something that is no token", Reason.ASSERTION_MALFORMED, test -> test.post(VM, "secret")),
                denied("a token for another identity", Reason.WRONG_AUDIENCE, test -> test.post(VM, idToken(JOB))),
                denied("a forged signature", Reason.BAD_SIGNATURE, test -> test.post(VM, forged())),
                denied("an unknown key", Reason.UNKNOWN_KEY, test -> test.post(VM, account.signJwt("{}"))),
                denied("another workload", Reason.SERVICE_ACCOUNT_NOT_ALLOWED, test -> {
                    SimulatedServiceAccount other = google.serviceAccount("web@shop.iam.gserviceaccount.com");
                    return test.post(
                            VM,
                            google.signIdToken(google.idTokenClaims(other, INSTANCE, VM.value())
                                    .build()));
                }),
                denied("one of our own access tokens", Reason.TOKEN_TYPE_NOT_ALLOWED, test -> {
                    String ours = accessToken(test.post(VM, idToken(VM))).serialize();
                    test.audits.clear();
                    return test.post(VM, ours);
                }),
                denied("a signed JWT that was used before", Reason.ASSERTION_REUSED, test -> {
                    String jwt = account.signJwt(Json.writeString(Map.of("sub", EMAIL, "aud", JOB.value())));
                    test.post(JOB, jwt);
                    test.audits.clear();
                    return test.post(JOB, jwt);
                }),
                denied("an expired token", Reason.EXPIRED, test -> {
                    String token = idToken(VM);
                    clock.advance(Duration.ofMinutes(61));
                    return test.post(VM, token);
                }));
    }

    private static Arguments denied(String flaw, Reason reason, Attempt attempt) {
        return arguments(flaw, reason, attempt);
    }

    /** Vault Azure, CVE-2025-3879: what a caller sends next to the token must not count. */
    @Test
    void ignoresWhatTheCallerSaysBesideTheToken() throws Exception {
        Map<String, Object> body = new HashMap<>(Map.of("identityId", VM.value(), "jwt", idToken(JOB)));
        body.put("type", "iam");
        body.put("aud", VM.value());
        body.put("allowedServiceAccounts", "*");
        body.put("subscription_id", "s");
        body.put("organizationSlug", "o");
        assertThat(handle(request(Json.writeString(body), "application/json")).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"STORE_UNAVAILABLE", "STORE_TIMEOUT"})
    void decidesNothingWhileTheStoreDoesNotAnswer(Reason reason) throws Exception {
        stores.fail(reason);
        Response response = post(VM, idToken(VM));
        assertThat(response.status()).isIn(503, 504);
        assertThat(response.headers()).containsKey("Retry-After");
        stores.recover();
        assertThat(post(VM, idToken(VM)).status()).isEqualTo(200);
    }

    @Test
    void neverAnswersWithATokenThatAMarkRevokesAlready() throws Exception {
        Instant mark = clock.instant();
        for (long ahead : new long[] {0, 1, 250}) {
            stores.save(Providers.DOCUMENTS
                    .read(VM, Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", EMAIL)))
                    .revokedUpTo(mark.plusMillis(ahead)));
            login = newLogin();
            Response refused = post(VM, idToken(VM));
            assertThat(refused.status()).as("mark %s ms ahead", ahead).isEqualTo(503);
            assertThat(refused.headers()).containsEntry("Retry-After", "1");
            assertThat(refused.body()).doesNotContain("accessToken");
            assertThat(audits.get(audits.size() - 1).reason()).contains(Reason.REVOCATION_TOO_RECENT);
        }
        clock.advance(Duration.ofMillis(251));
        SignedJWT granted = accessToken(post(VM, idToken(VM)));
        assertThat(granted.getJWTClaimsSet().getClaim("auth_time_ms")).isEqualTo(mark.toEpochMilli() + 251);
        assertThat(granted.getJWTClaimsSet().getLongClaim("auth_time"))
                .isEqualTo(mark.plusMillis(251).getEpochSecond());
        clock.advance(Duration.ofMillis(749));
    }

    @Test
    void usesUpNoAssertionForALoginThatAMarkPutsOff() throws Exception {
        stores.save(Providers.DOCUMENTS
                .read(JOB, Map.of("gcpAuth", Map.of("type", "iam", "allowedServiceAccounts", EMAIL, "singleUse", true)))
                .revokedUpTo(clock.instant()));
        login = newLogin();
        String once = account.signJwt(Json.writeString(
                Map.of("sub", EMAIL, "aud", JOB.value(), "exp", clock.instant().getEpochSecond() + 600)));
        assertThat(post(JOB, once).status()).isEqualTo(503);
        clock.advance(Duration.ofMillis(1));
        assertThat(post(JOB, once).status()).isEqualTo(200);
        assertThat(post(JOB, once).status()).isEqualTo(401);
        clock.advance(Duration.ofMillis(999));
    }

    @Test
    void handsOutNoTokenWhoseUsesCouldNotBeStored() throws Exception {
        save(VM, Map.of("type", "gce", "allowedServiceAccounts", EMAIL, "accessTokenNumUsesLimit", 3L));
        post(VM, idToken(VM));
        stores.fail(Reason.STORE_UNAVAILABLE);
        Response response = post(VM, idToken(VM));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).doesNotContain("accessToken");
    }

    @Test
    void decidesNothingWhileGooglesKeysCannotBeHad() throws Exception {
        google.behaviour().fail(500);
        assertThat(post(VM, idToken(VM)).status()).isEqualTo(503);
        assertThat(audits.get(0).reason()).contains(Reason.KEYS_UNAVAILABLE);
    }

    @Test
    void auditsAGrantWithIdsAndFacts() throws Exception {
        SignedJWT jwt = accessToken(post(VM, idToken(VM)));
        assertThat(audits).hasSize(1);
        assertThat(audits.get(0).isGranted()).isTrue();
        assertThat(audits.get(0).facts())
                .containsEntry("identityId", VM.value())
                .containsEntry("method", "gcp-id-token")
                .containsEntry("sessionId", jwt.getJWTClaimsSet().getStringClaim("sid"))
                .containsEntry("issuedTokenId", jwt.getJWTClaimsSet().getJWTID())
                .containsKey("attestation");
    }

    @Test
    void auditsABugAndLetsItThrough() {
        stores.fail(Reason.INTERNAL_ERROR);
        Login<GcpAuth, GcpAttestation> broken = new Login<>(
                GcpAuth.class,
                new BrokenVerifier(),
                new Login.Services(
                        new CachedIdentities(stores, Duration.ZERO, clock),
                        new TokenMinter(
                                ISSUER,
                                SigningKeys.parsePrivate(Json.writeString(Map.of("keys", List.of(key.toJSONObject()))))
                                        .signer(NoKms.SUPPLIER)),
                        stores,
                        new LastLogins(stores),
                        audits::add,
                        clock,
                        () -> "x"));
        stores.recover();
        org.assertj.core.api.Assertions.assertThatIllegalStateException()
                .isThrownBy(() -> broken.audited().handle(request(json(VM, idToken(VM)), "application/json")));
        assertThat(audits).hasSize(1);
        assertThat(audits.get(0).reason()).contains(Reason.INTERNAL_ERROR);
        assertThat(audits.get(0).detail()).doesNotContain("CANARY");
    }

    private static final class BrokenVerifier extends Verifier<GcpAuth, GcpAttestation> {
        @Override
        public Class<GcpAuth> type() {
            return GcpAuth.class;
        }

        @Override
        public CheckSequence checks(GcpAuth method) {
            return method.checks();
        }

        @Override
        public Verified<GcpAttestation> verify(
                UnverifiedJwt assertion, IdentityId audience, GcpAuth method, Instant now, CheckTrace trace) {
            throw new IllegalStateException("CANARY");
        }
    }

    /** Vault, CVE-2024-8365: no token in any log line, on any path. */
    @Test
    void letsNoPartOfAnyTokenIntoTheAudit() throws Exception {
        List<String> tokens = List.of(
                idToken(VM), idToken(JOB), forged(), account.signJwt("{}"), "CANARY-not-a-token", idToken(VM) + ".x");
        for (String token : tokens) {
            post(VM, token);
            post(JOB, token);
        }
        List<String> misplaced =
                List.of("sallyport_secret_q83vEjRWeJCrze8SNFZ4", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln");
        for (String id : misplaced) {
            post(new IdentityId(id), id);
        }
        String everything = audits.stream()
                .map(audit -> audit.facts() + audit.detail() + audit.request() + audit.reason())
                .collect(Collectors.joining("\n"));
        assertThat(everything).contains("(a client secret)", "(a token)").doesNotContain(misplaced);
        for (String token : tokens) {
            for (String part : token.split("\\.")) {
                if (part.length() > 8) {
                    assertThat(everything).doesNotContain(part);
                }
            }
        }
        assertThat(everything).doesNotContain("CANARY");
    }

    @Test
    void seesAChangeToAnIdentityWithinTheCachesTime() throws Exception {
        assertThat(post(VM, idToken(VM)).status()).isEqualTo(200);
        stores.save(new Identity(VM, "n", "r", Map.of(), true, List.of()));
        clock.advance(Duration.ofSeconds(5));
        assertThat(post(VM, idToken(VM)).status()).isEqualTo(401);
    }

    /** 10 000 unknown key ids cause a handful of fetches, and a key rotation among them is noticed. */
    @Test
    void isNoAmplifierOfRequestsToGoogle() throws Exception {
        int before = google.certsRequests();
        String[] parts = idToken(VM).split("\\.");
        Set<Integer> statuses = new java.util.HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String header = java.util.Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(("{\"alg\":\"RS256\",\"kid\":\"made-up-" + i + "\"}")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            statuses.add(post(VM, header + "." + parts[1] + "." + parts[2]).status());
            if (i == 5_000) {
                google.rotateIdTokenKeys();
            }
            clock.advance(Duration.ofMillis(9));
        }
        assertThat(statuses).containsExactly(401);
        assertThat(post(VM, idToken(VM)).status()).isEqualTo(200);
        assertThat(google.certsRequests() - before).isLessThanOrEqualTo(5);
    }

    private void save(IdentityId id, Map<String, Object> gcpAuth) throws Refused {
        stores.save(Providers.DOCUMENTS.read(id, Map.of("gcpAuth", gcpAuth)));
    }

    private static String idToken(IdentityId audience) {
        return google.signIdToken(
                google.idTokenClaims(account, INSTANCE, audience.value()).build());
    }

    private static String forged() {
        String[] token = idToken(VM).split("\\.");
        String[] other = idToken(JOB).split("\\.");
        return token[0] + "." + token[1] + "." + other[2];
    }

    private Response post(IdentityId identity, String jwt) {
        return handle(request(json(identity, jwt), "application/json"));
    }

    private static String json(IdentityId identity, String jwt) {
        return Json.writeString(Map.of("identityId", identity.value(), "jwt", jwt));
    }

    private static Request request(String body, String type) {
        try {
            return new Request(
                    "req-1",
                    "POST",
                    "/api/v1/auth/gcp-auth/login",
                    Headers.of(Map.of("Content-Type", List.of(type))),
                    Body.of(body),
                    ClientAddress.UNKNOWN);
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    private Response handle(Request request) {
        try {
            return login.audited().handle(request);
        } catch (Refused refused) {
            return ErrorResponse.of(refused, request.id());
        }
    }

    private static SignedJWT accessToken(Response response) throws Exception {
        return SignedJWT.parse(String.valueOf(Json.parseObject(response.body()).get("accessToken")));
    }
}
