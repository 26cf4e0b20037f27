package io.sallyport.session;

import static io.sallyport.session.SessionFixture.WORKLOAD;
import static io.sallyport.session.SessionFixture.accessToken;
import static io.sallyport.session.SessionFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.Reason;
import io.sallyport.http.Response;
import io.sallyport.identity.Identity;
import io.sallyport.token.SessionId;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RenewalTest {
    private final SessionFixture world = new SessionFixture();

    @Test
    void givesANewTokenOfTheSameSession() throws Exception {
        String first = world.login(WORKLOAD);
        world.clock.advance(Duration.ofSeconds(500));
        Response response = world.renew(first);
        assertThat(response.status()).isEqualTo(200);
        assertThat(body(response))
                .containsOnlyKeys("accessToken", "expiresIn", "accessTokenMaxTTL", "tokenType")
                .containsEntry("expiresIn", 600L)
                .containsEntry("accessTokenMaxTTL", 3600L);
        JWTClaimsSet before = claims(first);
        JWTClaimsSet after = claims(accessToken(response));
        for (String same : List.of("sid", "auth_time", "auth_time_ms", "sub", "aud", "auth_method", "attestation")) {
            assertThat(after.getClaim(same)).isEqualTo(before.getClaim(same));
        }
        assertThat(after.getJWTID()).isNotEqualTo(before.getJWTID());
        assertThat(after.getExpirationTime().toInstant())
                .isEqualTo(world.clock.instant().plusSeconds(600));
    }

    @Test
    void leavesTheOldTokenAsItIs() {
        String first = world.login(WORKLOAD);
        world.renew(first);
        assertThat(world.renew(first).status()).isEqualTo(200);
    }

    @Test
    void givesNoTokenBeyondTheMaxTtlAndNoneOnceItIsReached() throws Exception {
        String token = world.login(WORKLOAD);
        for (int i = 0; i < 6; i++) {
            world.clock.advance(Duration.ofSeconds(590));
            token = accessToken(world.renew(token));
        }
        assertThat(claims(token).getExpirationTime().toInstant())
                .isEqualTo(claims(token).getDateClaim("auth_time").toInstant().plusSeconds(3600));
        world.clock.advance(Duration.ofSeconds(59));
        assertThat(world.renew(token).status()).isEqualTo(200);
        world.save(WORKLOAD, Map.of("accessTokenTTL", 60L, "accessTokenMaxTTL", 3500L), Map.of());
        assertThat(world.renew(token).status()).isEqualTo(401);
        assertThat(world.lastAudit().reason()).contains(Reason.SESSION_ENDED);
    }

    @Test
    void takesThePolicyAsItIsNow() throws Exception {
        String token = world.login(WORKLOAD);
        world.save(
                WORKLOAD,
                Map.of(
                        "accessTokenTTL", 30L,
                        "accessTokenMaxTTL", 100L,
                        "accessTokenTrustedIps", List.of("192.0.2.0/24")),
                Map.of());
        Response response = world.renew(token);
        assertThat(body(response)).containsEntry("expiresIn", 30L).containsEntry("accessTokenMaxTTL", 100L);
        assertThat(claims(accessToken(response)).getClaim("trusted_ips")).isEqualTo(List.of("192.0.2.0/24"));
    }

    @Test
    void tellsClientsToLogInAgainOnceTheTokenHasExpired() {
        String token = world.login(WORKLOAD);
        world.clock.advance(Duration.ofSeconds(600).minusNanos(1));
        assertThat(world.renew(token).status()).isEqualTo(200);
        world.clock.advance(Duration.ofNanos(1));
        Response response = world.renew(token);
        assertThat(response.status()).isEqualTo(403);
        assertThat(body(response))
                .containsEntry("error", "TokenError")
                .containsEntry("message", "Your token has expired. Please re-authenticate.");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesWith(String what, int status, String error, Reason reason, Consumer<SessionFixture> change) {
        String token = world.login(WORKLOAD);
        change.accept(world);
        Response response = world.renew(token);
        assertThat(response.status()).isEqualTo(status);
        assertThat(body(response)).containsEntry("error", error);
        assertThat(world.lastAudit().reason()).contains(reason);
    }

    static Stream<Arguments> refusesWith() {
        return Stream.of(
                refused(
                        "a disabled identity",
                        401,
                        "UnauthorizedError",
                        Reason.IDENTITY_DISABLED,
                        world -> world.save(WORKLOAD, Map.of(), Map.of("disabled", true))),
                refused("a deleted identity", 401, "UnauthorizedError", Reason.UNKNOWN_IDENTITY, world -> {
                    try {
                        world.stores.delete(WORKLOAD);
                    } catch (io.sallyport.Refused e) {
                        throw new IllegalStateException(e);
                    }
                }),
                refused(
                        "the method removed",
                        401,
                        "UnauthorizedError",
                        Reason.NO_AUTH_METHOD,
                        world -> world.save(new Identity(WORKLOAD, "n", "r", Map.of(), false, List.of()))),
                refused(
                        "the method of another kind",
                        401,
                        "UnauthorizedError",
                        Reason.NO_AUTH_METHOD,
                        world -> world.save(WORKLOAD, Map.of("type", "iam"), Map.of())),
                refused(
                        "the identity's sessions revoked",
                        403,
                        "TokenError",
                        Reason.SESSION_REVOKED,
                        world -> world.save(
                                WORKLOAD,
                                Map.of(),
                                Map.of("notBefore", world.clock.instant().getEpochSecond()))),
                refused(
                        "an address that is not trusted",
                        403,
                        "ForbiddenError",
                        Reason.CLIENT_ADDRESS_NOT_TRUSTED,
                        world ->
                                world.save(WORKLOAD, Map.of("accessTokenTrustedIps", List.of("10.0.0.0/8")), Map.of())),
                refused(
                        "a store that is down",
                        503,
                        "ServiceUnavailable",
                        Reason.STORE_UNAVAILABLE,
                        world -> world.stores.fail(Reason.STORE_UNAVAILABLE)));
    }

    private static Arguments refused(
            String what, int status, String error, Reason reason, Consumer<SessionFixture> change) {
        return arguments(what, status, error, reason, change);
    }

    @Test
    void takesASessionThatBeganAfterTheMark() {
        world.save(WORKLOAD, Map.of(), Map.of("notBefore", world.clock.instant().getEpochSecond() - 1));
        assertThat(world.renew(world.login(WORKLOAD)).status()).isEqualTo(200);
    }

    /** Two sessions within one second, and a mark between them. */
    @Test
    void tellsApartWhatBeganBeforeAMarkAndAfterItInOneSecond() throws Exception {
        world.clock.advance(Duration.ofMillis(300));
        String before = world.login(WORKLOAD);
        Instant mark = world.clock.instant().plusMillis(1);
        world.clock.advance(Duration.ofMillis(2));
        String after = world.login(WORKLOAD);
        assertThat(claims(before).getClaim("auth_time")).isEqualTo(claims(after).getClaim("auth_time"));
        world.save(WORKLOAD, Map.of(), Map.of("notBefore", mark.toString()));

        assertThat(world.renew(before).status()).isEqualTo(403);
        assertThat(world.lastAudit().reason()).contains(Reason.SESSION_REVOKED);
        assertThat(world.renew(after).status()).isEqualTo(200);
    }

    /** A token of an older version has only whole seconds. */
    @Test
    void takesASessionThatTellsItsSecondAloneToHaveBegunWithIt() throws Exception {
        world.clock.advance(Duration.ofMillis(700));
        String older = world.login(WORKLOAD, claims -> claims.remove("auth_time_ms"));
        assertThat(world.renew(older).status()).isEqualTo(200);
        world.save(WORKLOAD, Map.of(), Map.of("notBefore", "2026-03-01T12:00:00.001Z"));
        assertThat(world.renew(older).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1000, 60_000, Long.MAX_VALUE, Long.MIN_VALUE})
    void refusesATokenWhoseTimesDisagree(long difference) {
        String forged = world.login(
                WORKLOAD, claims -> claims.merge("auth_time_ms", difference, (at, by) -> (Long) at + (Long) by));
        assertThat(world.renew(forged).status()).isEqualTo(403);
        assertThat(world.lastAudit().reason()).contains(Reason.ACCESS_TOKEN_INVALID);
    }

    @Test
    void refusesARevokedSessionByAnyOfItsTokens() {
        String first = world.login(WORKLOAD);
        String second = accessToken(world.renew(first));
        assertThat(world.revoke(first).status()).isEqualTo(200);
        for (String token : List.of(first, second)) {
            assertThat(world.renew(token).status()).isEqualTo(403);
            assertThat(world.lastAudit().reason()).contains(Reason.SESSION_REVOKED);
        }
        assertThat(world.renew(world.login(WORKLOAD)).status()).isEqualTo(200);
    }

    @Test
    void takesNoUseAndGivesNoneBack() throws Exception {
        world.save(
                WORKLOAD,
                Map.of("accessTokenNumUsesLimit", 2L, "accessTokenTTL", 60L, "accessTokenMaxTTL", 0L),
                Map.of());
        String token = world.login(WORKLOAD);
        SessionId session = new SessionId(claims(token).getStringClaim("sid"));
        world.stores.spend(session, world.clock.instant());
        Response response = world.renew(token);
        assertThat(response.status()).isEqualTo(200);
        assertThat(world.stores.usesLeft(session, world.clock.instant())).hasValue(1);
        assertThat(claims(accessToken(response)).getLongClaim("max_uses")).isEqualTo(2);
        world.stores.spend(session, world.clock.instant());
        assertThat(world.renew(token).status()).isEqualTo(401);
        assertThat(world.lastAudit().reason()).contains(Reason.USES_EXHAUSTED);
    }

    @Test
    void remembersTheUsesAsLongAsTheRenewedTokenLives() throws Exception {
        world.save(
                WORKLOAD,
                Map.of("accessTokenNumUsesLimit", 2L, "accessTokenTTL", 60L, "accessTokenMaxTTL", 0L),
                Map.of());
        String token = world.login(WORKLOAD);
        world.clock.advance(Duration.ofSeconds(30));
        world.renew(token);
        assertThat(world.stores.expiry(new SessionId(claims(token).getStringClaim("sid"))))
                .contains(world.clock.instant().plusSeconds(60));
    }

    @Test
    void isNotGivenALimitOrRidOfOneByAChangeOfThePolicy() throws Exception {
        String unlimited = world.login(WORKLOAD);
        world.save(WORKLOAD, Map.of("accessTokenNumUsesLimit", 1L), Map.of());
        assertThat(claims(accessToken(world.renew(unlimited))).getClaim("max_uses"))
                .isNull();
        String limited = world.login(WORKLOAD);
        world.save(WORKLOAD, Map.of(), Map.of());
        assertThat(claims(accessToken(world.renew(limited))).getClaim("max_uses"))
                .isEqualTo(1L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"STORE_UNAVAILABLE", "STORE_TIMEOUT"})
    void neverSaysThatARevocationSucceededThatWasNotStored(Reason reason) {
        String token = world.login(WORKLOAD);
        world.stores.fail(reason);
        assertThat(world.revoke(token).status()).isIn(503, 504);
        world.stores.recover();
        assertThat(world.renew(token).status()).isEqualTo(200);
    }

    @Test
    void revokesAsOftenAsOneLikesWhateverHasBecomeOfTheIdentity() {
        String token = world.login(WORKLOAD);
        world.save(WORKLOAD, Map.of(), Map.of("disabled", true));
        for (int i = 0; i < 3; i++) {
            Response response = world.revoke(token);
            assertThat(response.status()).isEqualTo(200);
            assertThat(body(response)).containsOnly(Map.entry("message", "Successfully revoked access token"));
        }
    }

    @Test
    void takesNoTokenThatIsNotOurs() throws Exception {
        String good = world.login(WORKLOAD);
        String another = world.login(WORKLOAD);
        String forged = good.substring(0, good.lastIndexOf('.')) + another.substring(another.lastIndexOf('.'));
        String foreignAudience = world.token(WORKLOAD, "orders-api");
        for (String token : List.of("x", "a.b.c", forged, foreignAudience, good + "A")) {
            for (Response response : List.of(world.renew(token), world.revoke(token))) {
                assertThat(response.status()).isEqualTo(403);
                assertThat(body(response)).containsEntry("error", "TokenError");
                assertThat(world.lastAudit().reason()).contains(Reason.ACCESS_TOKEN_INVALID);
            }
        }
    }

    @Test
    void namesAMissingToken() {
        for (String body : List.of("{}", "{\"accessToken\":\" \"}", "{\"accessToken\":5}")) {
            Response response = world.send(world.renew, body, Map.of("Content-Type", "application/json"), "192.0.2.1");
            assertThat(response.status()).isEqualTo(422);
            assertThat(response.body()).contains("accessToken");
        }
    }

    @Test
    void ignoresTheBearerThatClientsSendBesideIt() {
        String token = world.login(WORKLOAD);
        Response response = world.send(
                world.renew,
                "{\"accessToken\":\"" + token + "\"}",
                Map.of("Content-Type", "application/json", "Authorization", "Bearer something else"),
                "192.0.2.1");
        assertThat(response.status()).isEqualTo(200);
    }

    private static JWTClaimsSet claims(String token) throws ParseException {
        return SignedJWT.parse(token).getJWTClaimsSet();
    }
}
