package io.sallyport.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.testing.TestClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An access token is parsed as a whole, or refused. */
final class AccessTokenTest {
    private static final Instant NOW = TestClock.START;
    private static final AccessToken.Actor ACTOR =
            new AccessToken.Actor(new IdentityId("orders-server"), "orders-api", "client-secret", NOW.plusMillis(7));
    private static final AccessToken TOKEN = new AccessToken(
            "token-1",
            new AccessToken.Subject(
                    new IdentityId("payments"),
                    "Payments",
                    "viewer",
                    Map.of("shop", List.of("reader", "writer"), "bank", List.of()),
                    List.of(ACTOR, ACTOR)),
            new AccessToken.Session(
                    new SessionId("session-00000001"),
                    NOW.minusSeconds(5).plusMillis(123),
                    "gcp-id-token",
                    Map.of("project_id", "shop"),
                    3,
                    new TrustedIps(List.of("192.0.2.0/24"))),
            new AccessToken.Target("orders-api", Scopes.parse("read write"), false),
            NOW,
            NOW.plusSeconds(60));

    @Test
    void isReadAsItWasWritten() throws Exception {
        assertThat(read(claims())).isEqualTo(TOKEN);
    }

    @Test
    void isReadWithTheTypeThatItsHeaderSays() throws Exception {
        assertThat(AccessToken.read(parse(claims()), true).target().plainJwt()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sid",
                "auth_time",
                "auth_method",
                "attestation",
                "sub",
                "name",
                "role",
                "projects",
                "aud",
                "jti",
                "iat",
                "exp"
            })
    void isRefusedWithout(String claim) {
        Map<String, @Nullable Object> claims = claims();
        claims.remove(claim);
        assertRefused(Reason.CLAIM_MISSING, claims);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource
    void isRefusedIf(String claim, @Nullable Object value) {
        Map<String, @Nullable Object> claims = claims();
        claims.put(claim, value);
        assertRefused(Reason.CLAIM_MALFORMED, claims);
    }

    static Stream<Arguments> isRefusedIf() {
        Map<String, Object> act = act();
        for (int i = 1; i <= AccessToken.MAX_ACTORS; i++) {
            Map<String, Object> outer = act();
            outer.put("act", act);
            act = outer;
        }
        return Stream.of(
                arguments("sid", ""),
                arguments("sid", "no session id"),
                arguments("auth_time_ms", NOW.toEpochMilli()),
                arguments("attestation", Map.of("project_id", 5)),
                arguments("attestation", List.of()),
                arguments("projects", List.of()),
                arguments("projects", null),
                arguments("projects", Map.of("shop", "reader")),
                arguments("projects", Map.of("shop", List.of(1))),
                arguments("projects", Map.of("shop", Collections.singletonMap("reader", null))),
                arguments("max_uses", 0),
                arguments("max_uses", -1),
                arguments("max_uses", "3"),
                arguments("trusted_ips", List.of("everywhere")),
                arguments("trusted_ips", Arrays.asList("192.0.2.0/24", null)),
                arguments("sub", "system:serviceaccount:a:b"),
                arguments("sub", "pay ments"),
                arguments("aud", ""),
                arguments("aud", List.of("orders-api")),
                arguments("scope", "a\u0000b"),
                arguments("act", act),
                arguments("act", "orders-server"),
                arguments("exp", NOW.getEpochSecond()),
                arguments("iat", "now"));
    }

    private static Map<String, Object> act() {
        Map<String, Object> act = new LinkedHashMap<>();
        act.put("sub", ACTOR.id().value());
        act.put("resource", ACTOR.resource());
        act.put("auth_method", ACTOR.method());
        act.put("auth_time_ms", ACTOR.since().toEpochMilli());
        return act;
    }

    private static void assertRefused(Reason reason, Map<String, @Nullable Object> claims) {
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> read(claims)).returns(reason, Refused::reason);
    }

    private static Map<String, @Nullable Object> claims() {
        return new LinkedHashMap<>(TOKEN.claims("https://login.example.com"));
    }

    private static AccessToken read(Map<String, @Nullable Object> claims) throws Refused {
        return AccessToken.read(parse(claims), false);
    }

    private static Claims parse(Map<String, @Nullable Object> claims) throws Refused {
        return UnverifiedJwt.parse(base64url("{\"alg\":\"ES256\",\"kid\":\"k\"}") + "."
                        + base64url(Json.writeString(claims)) + ".AAAA")
                .unverifiedClaims();
    }

    private static String base64url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
