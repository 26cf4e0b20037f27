package io.sallyport.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.ErrorResponse;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.json.Json;
import io.sallyport.method.issuer.IssuerAttestation;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.jwtbearer.JwtBearerVerifier;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Stores;
import io.sallyport.session.SessionFixture;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.NoKms;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestRequest;
import io.sallyport.token.TokenMinter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.Mockito;

/**
 * A denied login causes the same reads whether its identity exists or not, so its duration tells a stranger nothing.
 */
class LoginReadsTest {
    private static final String ISSUER = "https://login.example.com";
    private static final String CI = "https://ci.example.com";
    private static final IdentityId RUNNER = new IdentityId("runner");
    private static final Duration CACHE = Duration.ofSeconds(5);
    private static final Duration WINDOW = Duration.ofSeconds(2);

    private final TestClock clock = new TestClock();
    private final MemoryStores stores = new MemoryStores();
    private final List<Audit> audits = new ArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final ECKey key = newKey();
    private CachedIdentities identities = new CachedIdentities(stores, CACHE, clock);

    /** Why a login is denied. */
    enum Denial {
        MALFORMED,
        BAD_SIGNATURE,
        NOT_ALLOWED,
        EXPIRED,
        DISABLED,
        NO_METHOD,
        INVALID_DOCUMENT,
        UNCONSTRAINED
    }

    @ParameterizedTest
    @EnumSource
    void aDenialOfACachedIdentityReadsAsMuchAsOneOfAnUnknownIdentity(Denial denial) throws Exception {
        store(denial == Denial.DISABLED, denial != Denial.NO_METHOD);
        identities.find(RUNNER);
        spoil(denial);
        assertReadsAsAnUnknownIdentity(denial);
    }

    @ParameterizedTest
    @EnumSource
    void aDenialOfAnUncachedIdentityReadsAsMuchAsOneOfAnUnknownIdentity(Denial denial) throws Exception {
        store(denial == Denial.DISABLED, denial != Denial.NO_METHOD);
        spoil(denial);
        assertReadsAsAnUnknownIdentity(denial);
    }

    private void assertReadsAsAnUnknownIdentity(Denial denial) throws Exception {
        List<Integer> known = new ArrayList<>();
        List<Integer> unknown = new ArrayList<>();
        for (Duration pause : List.of(Duration.ZERO, Duration.ZERO, WINDOW.minusNanos(1), Duration.ofNanos(1), CACHE)) {
            clock.advance(pause);
            known.add(readsOf(RUNNER, assertion(denial)));
            unknown.add(readsOf(new IdentityId("no-such-id"), assertion(denial)));
        }
        assertThat(known).isEqualTo(unknown).containsExactly(1, 0, 0, 1, 1);
    }

    private int readsOf(IdentityId id, String assertion) throws Exception {
        int before = stores.reads();
        Response response = login(id, assertion);
        assertThat(response.status()).as(response.body()).isEqualTo(401);
        return stores.reads() - before;
    }

    @Test
    void aGrantedLoginReadsNoMoreThanBefore() throws Exception {
        store(false, true);
        int before = stores.reads();
        for (int i = 0; i < 5; i++) {
            assertThat(login(RUNNER, assertion()).status()).isEqualTo(200);
        }
        login(RUNNER, "x.y.z");
        int denied = stores.reads();
        assertThat(denied).isEqualTo(before + 2);
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(200);
        assertThat(stores.reads()).isEqualTo(denied);
    }

    @Test
    void aCorrectionIsSeenAtOnceWhereNoDenialWasAMomentAgo() throws Exception {
        store(true, true);
        identities.find(RUNNER);
        store(false, true);
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(200);
    }

    @Test
    void aNewIdentityLogsInTwoSecondsAfterItsNameWasTried() throws Exception {
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(401);
        store(false, true);
        clock.advance(WINDOW.minusNanos(1));
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(401);
        clock.advance(Duration.ofNanos(1));
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(200);
    }

    @Test
    void aNewIdentityLogsInAtOnceWhereItsNameWasNotTried() throws Exception {
        assertThat(login(new IdentityId("no-such-id"), assertion()).status()).isEqualTo(401);
        store(false, true);
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(200);
    }

    /** As with {@code serve}, where the admin API and the logins share one process. */
    @Test
    void aNewIdentityLogsInAtOnceWhereTheSameProcessMadeIt() throws Exception {
        Stores process = new Stores(stores, stores);
        identities = new CachedIdentities(process.identities(), CACHE, clock);
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(401);
        store(false, true);
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(401);
        process.identities().save(stores.find(RUNNER).orElseThrow());
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(200);
    }

    @Test
    void countsEveryChangeThatAProcessMakesAlsoOneWhoseAnswerWasLost() throws Exception {
        store(false, true);
        IdentityStore process = new Stores(stores, stores).identities();
        process.find(RUNNER);
        process.noteLogin(RUNNER, new IdentityStore.LastLogin("jwt-bearer", clock.instant()), clock.instant());
        assertThat(process.changes()).isZero();
        process.change(RUNNER, stored -> stored);
        assertThat(process.changes()).isEqualTo(1);
        process.delete(RUNNER);
        assertThat(process.changes()).isEqualTo(2);
        stores.failWrites(Reason.STORE_TIMEOUT);
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> process.delete(RUNNER));
        assertThat(process.changes()).isEqualTo(3);
    }

    /** The store could not say whether the identity has changed; an unknown one is answered alike. */
    @Test
    void aDenialThatCannotBeConfirmedIsNoDenial() throws Exception {
        store(false, true);
        identities.find(RUNNER);
        stores.fail(Reason.STORE_UNAVAILABLE);
        for (IdentityId id : List.of(RUNNER, new IdentityId("no-such-id"))) {
            assertThat(login(id, "x.y.z").status()).isEqualTo(503);
        }
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(200);
        stores.recover();
        assertThat(login(RUNNER, "x.y.z").status()).isEqualTo(401);
    }

    @Test
    void withoutACacheEveryDenialReadsOnce() throws Exception {
        identities = new CachedIdentities(stores, Duration.ZERO, clock);
        store(false, true);
        for (int i = 0; i < 3; i++) {
            assertThat(readsOf(RUNNER, "x.y.z")).isEqualTo(1);
            assertThat(readsOf(new IdentityId("no-such-id"), "x.y.z")).isEqualTo(1);
        }
    }

    @Test
    void aDenialIsRememberedNoLongerThanIdentitiesAreCached() throws Exception {
        identities = new CachedIdentities(stores, Duration.ofSeconds(1), clock);
        store(false, true);
        for (IdentityId id : List.of(RUNNER, new IdentityId("no-such-id"))) {
            assertThat(readsOf(id, "x.y.z")).isEqualTo(1);
            assertThat(readsOf(id, "x.y.z")).isZero();
        }
        clock.advance(Duration.ofSeconds(1));
        for (IdentityId id : List.of(RUNNER, new IdentityId("no-such-id"))) {
            assertThat(readsOf(id, "x.y.z")).isEqualTo(1);
        }
    }

    /** A flood of names evicts only denied names, known or not, and never a cached identity. */
    @Test
    void aFloodOfNamesMakesKnownAndUnknownOnesCostTheSame() throws Exception {
        store(false, true);
        IdentityId absent = new IdentityId("no-such-id");
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(200);
        assertThat(readsOf(RUNNER, "x.y.z")).isEqualTo(readsOf(absent, "x.y.z")).isEqualTo(1);
        for (int i = 0; i < 10_000; i++) {
            login(new IdentityId("guess-" + i), "x.y.z");
        }
        int reads = stores.reads();
        assertThat(login(RUNNER, assertion()).status()).isEqualTo(200);
        assertThat(stores.reads()).isEqualTo(reads);
        assertThat(readsOf(RUNNER, "x.y.z")).isEqualTo(readsOf(absent, "x.y.z")).isEqualTo(1);
    }

    private void store(boolean disabled, boolean withMethod) throws Refused {
        Map<String, Object> fields = new HashMap<>(Map.of("disabled", disabled));
        if (withMethod) {
            fields.put("jwtBearerAuth", Map.of("trustedIssuers", List.of(trusted("repo:shop"))));
        }
        stores.save(Providers.DOCUMENTS.read(RUNNER, fields));
    }

    private void spoil(Denial denial) {
        if (denial == Denial.INVALID_DOCUMENT) {
            stores.spoil(RUNNER, Map.of("nmae", "x"));
        } else if (denial == Denial.UNCONSTRAINED) {
            stores.spoil(RUNNER, Map.of("jwtBearerAuth", Map.of("trustedIssuers", List.of(trusted("*")))));
        }
    }

    private Map<String, Object> trusted(String subject) {
        return Map.of(
                "issuer", CI,
                "subject", subject,
                "audience", ISSUER,
                "algorithm", "ES256",
                "jwks", new JWKSet(key.toPublicJWK()).toString());
    }

    private String assertion(Denial denial) throws Exception {
        return switch (denial) {
            case MALFORMED -> "x.y.z";
            case BAD_SIGNATURE, INVALID_DOCUMENT, UNCONSTRAINED -> sign(newKey(), "repo:shop", Duration.ofMinutes(5));
            case NOT_ALLOWED -> sign(key, "repo:other", Duration.ofMinutes(5));
            case EXPIRED -> sign(key, "repo:shop", Duration.ofMinutes(-5));
            default -> assertion();
        };
    }

    private String assertion() throws Exception {
        return sign(key, "repo:shop", Duration.ofMinutes(5));
    }

    private String sign(ECKey with, String subject, Duration life) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(CI)
                        .subject(subject)
                        .audience(ISSUER)
                        .issueTime(Date.from(clock.instant().minus(Duration.ofMinutes(6))))
                        .expirationTime(Date.from(clock.instant().plus(life)))
                        .build());
        jwt.sign(new ECDSASigner(with));
        return jwt.serialize();
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private Response login(IdentityId id, String assertion) {
        Login<JwtBearerAuth, IssuerAttestation> login = new Login<>(
                JwtBearerAuth.class,
                new JwtBearerVerifier(Mockito.mock(GuardedHosts.class), ISSUER),
                new Login.Services(
                        identities,
                        new TokenMinter(ISSUER, SessionFixture.KEYS.signer(NoKms.SUPPLIER)),
                        stores,
                        new LastLogins(stores),
                        audits::add,
                        clock,
                        () -> String.format("id-%019d", ids.incrementAndGet())));
        Request request = TestRequest.json(Json.writeString(Map.of("identityId", id.value(), "jwt", assertion)));
        try {
            return login.audited().handle(request);
        } catch (Refused refused) {
            return ErrorResponse.of(refused, request.id());
        }
    }
}
