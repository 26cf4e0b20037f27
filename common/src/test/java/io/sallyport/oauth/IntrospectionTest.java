package io.sallyport.oauth;

import static io.sallyport.session.SessionFixture.ISSUER;
import static io.sallyport.session.SessionFixture.RESOURCE;
import static io.sallyport.session.SessionFixture.WORKLOAD;
import static io.sallyport.session.SessionFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jwt.SignedJWT;
import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.http.Response;
import io.sallyport.identity.Identity;
import io.sallyport.session.SessionFixture;
import io.sallyport.token.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IntrospectionTest {
    private static final String INACTIVE = "{\"active\":false}";

    private final OAuthFixture oauth = new OAuthFixture();
    private final SessionFixture world = oauth.sessions;

    @Test
    void tellsTheResourceWhatTheTokenSays() throws Exception {
        String token = world.login(WORKLOAD);
        Response response = ask(token);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(body(response))
                .containsEntry("active", true)
                .containsEntry("token_type", "Bearer")
                .containsEntry("sub", WORKLOAD.value())
                .containsEntry("client_id", WORKLOAD.value())
                .containsEntry("aud", ISSUER)
                .containsEntry("iss", ISSUER)
                .containsKeys("exp", "iat", "nbf", "jti", "sid", "attestation")
                .doesNotContainKey("uses_left");
    }

    @Test
    void countsTheUsesAndStopsAtTheLimit() {
        world.save(WORKLOAD, Map.of("accessTokenNumUsesLimit", 3L), Map.of());
        String token = world.login(WORKLOAD);
        for (long left = 2; left >= 0; left--) {
            assertThat(body(ask(token))).containsEntry("active", true).containsEntry("uses_left", left);
        }
        assertThat(ask(token).body()).isEqualTo(INACTIVE);
        assertThat(world.lastAudit().reason()).contains(Reason.USES_EXHAUSTED);
    }

    /** SPIRE's join tokens, Hydra's read before mark: of 200 that race for the last use, one gets it. */
    @Test
    void givesTheLastUseToOneOf200() throws Exception {
        world.save(WORKLOAD, Map.of("accessTokenNumUsesLimit", 1L), Map.of());
        String token = world.login(WORKLOAD);
        String bearer = world.login(RESOURCE);
        List<Boolean> active = Race.of(
                200,
                () -> body(oauth.introspect(bearer, token, "")).get("active").equals(true));
        assertThat(active).containsOnlyOnce(true);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void saysInactiveAndBurnsNoUseFor(String what, Reason reason, Consumer<SessionFixture> change) throws Exception {
        world.save(WORKLOAD, Map.of("accessTokenNumUsesLimit", 3L), Map.of());
        String token = world.login(WORKLOAD);
        change.accept(world);
        SessionId session =
                new SessionId(SignedJWT.parse(token).getJWTClaimsSet().getStringClaim("sid"));
        assertThat(ask(token).body()).isEqualTo(INACTIVE);
        assertThat(world.lastAudit().reason()).contains(reason);
        assertThat(world.stores.usesLeft(session, world.clock.instant())).hasValue(3);
    }

    static Stream<Arguments> saysInactiveAndBurnsNoUseFor() {
        return Stream.of(
                inactive(
                        "a disabled identity",
                        Reason.IDENTITY_DISABLED,
                        world -> world.save(WORKLOAD, Map.of(), Map.of("disabled", true))),
                inactive(
                        "a removed method",
                        Reason.NO_AUTH_METHOD,
                        world -> world.save(new Identity(WORKLOAD, "n", "r", Map.of(), false, List.of()))),
                inactive(
                        "revoked sessions",
                        Reason.SESSION_REVOKED,
                        world -> world.save(
                                WORKLOAD,
                                Map.of(),
                                Map.of("notBefore", world.clock.instant().getEpochSecond()))),
                inactive(
                        "an audience that the caller does not own",
                        Reason.AUDIENCE_NOT_OWNED,
                        world -> world.save(
                                RESOURCE, Map.of(), Map.of("audiences", List.of(ISSUER + "/", "billing-api")))));
    }

    private static Arguments inactive(String what, Reason reason, Consumer<SessionFixture> change) {
        return arguments(what, reason, change);
    }

    @Test
    void saysInactiveForARevokedSession() {
        String token = world.login(WORKLOAD);
        world.revoke(token);
        assertThat(ask(token).body()).isEqualTo(INACTIVE);
    }

    @Test
    void saysInactiveForAnExpiredToken() {
        String token = world.login(WORKLOAD);
        world.clock.advance(Duration.ofSeconds(600));
        assertThat(ask(token).body()).isEqualTo(INACTIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a.b.c", ".."})
    void saysInactiveForWhatIsNoToken(String token) {
        assertThat(ask(token).body()).isEqualTo(INACTIVE);
    }

    @Test
    void asksForTheClientsAddressWhereTheTokenIsRestricted() {
        world.save(
                WORKLOAD,
                Map.of("accessTokenNumUsesLimit", 1L, "accessTokenTrustedIps", List.of("10.0.0.0/8", "2001:db8::/32")),
                Map.of());
        String token = world.login(WORKLOAD);
        String bearer = world.login(RESOURCE);
        for (String untrusted : List.of("", "192.0.2.1", "::1", "10.0.0.0/8", "nonsense")) {
            assertThat(oauth.introspect(bearer, token, untrusted).body()).isEqualTo(INACTIVE);
            assertThat(world.lastAudit().reason()).contains(Reason.CLIENT_ADDRESS_NOT_TRUSTED);
        }
        assertThat(body(oauth.introspect(bearer, token, "::ffff:10.1.2.3"))).containsEntry("active", true);
    }

    @Test
    void showsATokenForAnotherAudienceToItsOwner() {
        world.save(RESOURCE, Map.of(), Map.of("audiences", List.of("billing-api")));
        world.save(WORKLOAD, Map.of(), Map.of("grants", List.of("billing-api")));
        assertThat(body(ask(world.token(WORKLOAD, "billing-api")))).containsEntry("active", true);
        world.save(WORKLOAD, Map.of(), Map.of());
        assertThat(ask(world.token(WORKLOAD, "billing-api")).body()).isEqualTo(INACTIVE);
        assertThat(world.lastAudit().reason()).contains(Reason.GRANT_MISSING);
        assertThat(ask(world.login(WORKLOAD)).body()).isEqualTo(INACTIVE);
    }

    /** fosite, CVE-2020-15223: "could not find out" is never an answer of inactive or active. */
    @Test
    void answersNothingWhileTheStoreIsDown() {
        String token = world.login(WORKLOAD);
        String bearer = world.login(RESOURCE);
        world.stores.fail(Reason.STORE_UNAVAILABLE);
        Response response = oauth.introspect(bearer, token, "");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).doesNotContain("active");
        world.stores.recover();
        assertThat(body(oauth.introspect(bearer, token, ""))).containsEntry("active", true);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void tellsNothingTo(
            String who, Reason reason, java.util.function.Function<SessionFixture, Map<String, String>> headers) {
        String token = world.login(WORKLOAD);
        Map<String, String> all = new java.util.HashMap<>(headers.apply(world));
        all.put("Content-Type", "application/x-www-form-urlencoded");
        Response response = world.send(oauth.introspect, "token=" + token, all, "192.0.2.1");
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers()).containsKey("WWW-Authenticate");
        assertThat(response.body()).doesNotContain("active");
        assertThat(world.lastAudit().reason()).contains(reason);
    }

    static Stream<Arguments> tellsNothingTo() {
        return Stream.of(
                caller("no-such-id", Reason.CLIENT_NOT_AUTHENTICATED, world -> Map.of()),
                caller("an empty header", Reason.CLIENT_NOT_AUTHENTICATED, world -> Map.of("Authorization", "")),
                caller(
                        "another scheme",
                        Reason.CLIENT_NOT_AUTHENTICATED,
                        world -> Map.of("Authorization", "Digest " + world.login(RESOURCE))),
                caller("no token", Reason.ACCESS_TOKEN_INVALID, world -> Map.of("Authorization", "Bearer x")),
                caller(
                        "a token for others",
                        Reason.ACCESS_TOKEN_INVALID,
                        world -> Map.of("Authorization", "Bearer " + world.token(RESOURCE, "orders-api"))),
                caller("a revoked session", Reason.SESSION_REVOKED, world -> {
                    String bearer = world.login(RESOURCE);
                    world.revoke(bearer);
                    return Map.of("Authorization", "Bearer " + bearer);
                }),
                caller("a disabled identity", Reason.IDENTITY_DISABLED, world -> {
                    String bearer = world.login(RESOURCE);
                    world.save(RESOURCE, Map.of(), Map.of("disabled", true, "audiences", List.of(ISSUER)));
                    return Map.of("Authorization", "Bearer " + bearer);
                }),
                caller("an untrusted address", Reason.CLIENT_ADDRESS_NOT_TRUSTED, world -> {
                    world.save(
                            RESOURCE,
                            Map.of("accessTokenTrustedIps", List.of("10.0.0.0/8")),
                            Map.of("audiences", List.of(ISSUER)));
                    return Map.of("Authorization", "Bearer " + world.login(RESOURCE));
                }));
    }

    private static Arguments caller(
            String who, Reason reason, java.util.function.Function<SessionFixture, Map<String, String>> headers) {
        return arguments(who, reason, headers);
    }

    @Test
    void countsTheCallersOwnUsesToo() {
        world.save(RESOURCE, Map.of("accessTokenNumUsesLimit", 1L), Map.of("audiences", List.of(ISSUER)));
        String bearer = world.login(RESOURCE);
        String token = world.login(WORKLOAD);
        assertThat(oauth.introspect(bearer, token, "").status()).isEqualTo(200);
        assertThat(oauth.introspect(bearer, token, "").status()).isEqualTo(401);
    }

    @Test
    void takesFormsOnlyAndNamesAMissingToken() {
        String bearer = "Bearer " + world.login(RESOURCE);
        assertThat(world.send(
                                oauth.introspect,
                                "{\"token\":\"x\"}",
                                Map.of("Content-Type", "application/json", "Authorization", bearer),
                                "192.0.2.1")
                        .status())
                .isEqualTo(400);
        assertThat(world.send(
                                oauth.introspect,
                                "client_ip=10.0.0.1",
                                Map.of("Content-Type", "application/x-www-form-urlencoded", "Authorization", bearer),
                                "192.0.2.1")
                        .status())
                .isEqualTo(400);
    }

    private Response ask(String token) {
        return oauth.introspect(world.login(RESOURCE), token, "");
    }

    /** The caller is known by then, and the use could not be counted. */
    @Test
    void answersNothingWhileNoUseCanBeTaken() {
        world.save(WORKLOAD, Map.of("accessTokenNumUsesLimit", 1L), Map.of());
        String token = world.login(WORKLOAD);
        String bearer = world.login(RESOURCE);
        world.stores.failWrites(Reason.STORE_TIMEOUT);
        Response response = oauth.introspect(bearer, token, "");
        assertThat(response.status()).isEqualTo(504);
        assertThat(response.body()).doesNotContain("active");
        world.stores.recover();
        assertThat(body(oauth.introspect(bearer, token, ""))).containsEntry("active", true);
    }

    @Test
    void writesWhoAskedAboutWhatIntoTheAudit() {
        String token = world.login(WORKLOAD);
        ask(token);
        assertThat(world.lastAudit().facts())
                .containsEntry("callerId", RESOURCE.value())
                .containsEntry("identityId", WORKLOAD.value())
                .containsKeys("tokenId", "sessionId");
    }
}
