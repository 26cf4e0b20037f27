package io.sallyport.session;

import static io.sallyport.oauth.OAuthFixture.CLIENT;
import static io.sallyport.oauth.OAuthFixture.SECRET;
import static io.sallyport.oauth.OAuthFixture.accessToken;
import static io.sallyport.oauth.OAuthFixture.basic;
import static io.sallyport.oauth.OAuthFixture.claims;
import static io.sallyport.oauth.OAuthFixture.error;
import static io.sallyport.oauth.OAuthFixture.form;
import static io.sallyport.oauth.TokenEndpoint.CLIENT_CREDENTIALS;
import static io.sallyport.oauth.TokenEndpoint.TOKEN_EXCHANGE;
import static io.sallyport.session.SessionFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.http.Response;
import io.sallyport.oauth.OAuthFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A delegated token lives only while every exchange that led to it would be granted again. The client's token goes from
 * orders to billing to ledger; then one thing is removed, and the token is presented in every possible way.
 */
final class DelegationTest {
    private static final List<String> SERVERS = List.of("orders", "billing", "ledger");
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    /** How many servers have exchanged the token. */
    private enum Chain {
        /** By orders, for billing. */
        OF_ONE(1),
        /** By orders, for billing; and by billing, for ledger. */
        OF_TWO(2);

        private final int exchanges;

        Chain(int exchanges) {
            this.exchanges = exchanges;
        }

        /** The server that the token is for. */
        String audience() {
            return SERVERS.get(exchanges);
        }
    }

    /** How the token is presented. */
    private enum Use {
        INTROSPECTED,
        NARROWED,
        EXCHANGED_BY_ITS_OWNER,
        EXCHANGED_ONWARDS
    }

    private final OAuthFixture world = new OAuthFixture();
    private final Map<String, Map<String, Object>> documents = new HashMap<>();

    @BeforeEach
    void letEachServerCallTheNext() {
        Map<String, Object> client = OAuthFixture.client();
        client.put("grants", List.of(grant("orders"), grant("billing"), grant("ledger"), grant("archive")));
        save(CLIENT.value(), client);
        save("orders", server("orders", grant("billing")));
        save("billing", server("billing", grant("ledger"), grant("archive")));
        save("ledger", server("ledger", grant("archive")));
        save("archivist", server("archive"));
    }

    private static Map<String, Object> server(String audience, Object... grants) {
        return new HashMap<>(Map.of(
                "audiences",
                List.of(Map.of("name", audience, "scopes", List.of("read", "write"))),
                "grants",
                List.of(grants),
                "clientSecretAuth",
                OAuthFixture.secrets("s")));
    }

    private static Object grant(String audience, String... scopes) {
        List<String> granted = scopes.length == 0 ? List.of("read", "write") : List.of(scopes);
        return Map.of("audience", audience, "scopes", granted, "defaultScopes", granted);
    }

    private void save(String id, Map<String, Object> document) {
        documents.put(id, document);
        world.save(new IdentityId(id), document);
    }

    private void change(String id, Consumer<Map<String, Object>> change) {
        Map<String, Object> changed = new HashMap<>(documents.get(id));
        change.accept(changed);
        save(id, changed);
    }

    private static String as(String id) {
        return basic(id, SECRET.text());
    }

    private String delegated(Chain chain) {
        String token = accessToken(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", "orders"));
        for (int i = 0; i < chain.exchanges; i++) {
            Response exchanged = exchange(token, SERVERS.get(i + 1), as(SERVERS.get(i)));
            assertThat(exchanged.status()).as(exchanged.body()).isEqualTo(200);
            token = accessToken(exchanged);
        }
        return token;
    }

    private Response exchange(String token, String audience, String authorization, String... more) {
        Map<String, String> form = form(
                "grant_type",
                TOKEN_EXCHANGE,
                "subject_token",
                token,
                "subject_token_type",
                ACCESS_TOKEN,
                "audience",
                audience);
        form.putAll(form(more));
        return authorization.isEmpty() ? world.send(world.token, form) : world.send(world.token, form, authorization);
    }

    private Response use(Use use, String token, Chain chain) {
        String server = chain.audience();
        return switch (use) {
            case INTROSPECTED -> world.send(world.introspect, form("token", token), as(server));
            case NARROWED -> exchange(token, server, "", "scope", "read");
            case EXCHANGED_BY_ITS_OWNER -> exchange(token, server, as(CLIENT.value()));
            case EXCHANGED_ONWARDS -> exchange(token, "archive", as(server));
        };
    }

    private boolean isGranted(Response response, Use use) {
        return response.status() == 200
                && (use != Use.INTROSPECTED
                        || Boolean.TRUE.equals(body(response).get("active")));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void livesWhileNothingWasRemoved(Chain chain) {
        String token = delegated(chain);
        for (Use use : Use.values()) {
            Response response = use(use, token, chain);
            assertThat(isGranted(response, use)).as(use + " " + response.body()).isTrue();
        }
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
            OF_ONE | orders        | is deleted                  | UNKNOWN_IDENTITY   | invalid_request
            OF_ONE | orders        | is disabled                 | IDENTITY_DISABLED  | invalid_request
            OF_ONE | orders        | has its tokens revoked      | SESSION_REVOKED    | invalid_request
            OF_ONE | orders        | has its method revoked      | SESSION_REVOKED    | invalid_request
            OF_ONE | orders        | loses its method            | NO_AUTH_METHOD     | invalid_request
            OF_ONE | orders        | loses its audience          | AUDIENCE_NOT_OWNED | invalid_request
            OF_ONE | orders        | is another resource         | AUDIENCE_NOT_OWNED | invalid_request
            OF_ONE | orders        | loses its grants            | GRANT_MISSING      | invalid_request
            OF_ONE | orders        | loses a scope               | SCOPE_NOT_GRANTED  | invalid_request
            OF_ONE | shop-frontend | loses its grant for orders  | GRANT_MISSING      | invalid_request
            OF_ONE | shop-frontend | loses its grant for billing | GRANT_MISSING      | invalid_target
            OF_ONE | shop-frontend | loses a scope               | SCOPE_NOT_GRANTED  | invalid_scope
            OF_TWO | orders        | is deleted                  | UNKNOWN_IDENTITY   | invalid_request
            OF_TWO | orders        | is disabled                 | IDENTITY_DISABLED  | invalid_request
            OF_TWO | orders        | has its tokens revoked      | SESSION_REVOKED    | invalid_request
            OF_TWO | orders        | has its method revoked      | SESSION_REVOKED    | invalid_request
            OF_TWO | orders        | loses its method            | NO_AUTH_METHOD     | invalid_request
            OF_TWO | orders        | loses its audience          | AUDIENCE_NOT_OWNED | invalid_request
            OF_TWO | orders        | is another resource         | AUDIENCE_NOT_OWNED | invalid_request
            OF_TWO | orders        | loses its grants            | GRANT_MISSING      | invalid_request
            OF_TWO | billing       | is deleted                  | UNKNOWN_IDENTITY   | invalid_request
            OF_TWO | billing       | is disabled                 | IDENTITY_DISABLED  | invalid_request
            OF_TWO | billing       | has its tokens revoked      | SESSION_REVOKED    | invalid_request
            OF_TWO | billing       | has its method revoked      | SESSION_REVOKED    | invalid_request
            OF_TWO | billing       | loses its method            | NO_AUTH_METHOD     | invalid_request
            OF_TWO | billing       | loses its audience          | AUDIENCE_NOT_OWNED | invalid_request
            OF_TWO | billing       | is another resource         | AUDIENCE_NOT_OWNED | invalid_request
            OF_TWO | billing       | loses its grants            | GRANT_MISSING      | invalid_request
            OF_TWO | billing       | loses a scope               | SCOPE_NOT_GRANTED  | invalid_request
            OF_TWO | shop-frontend | loses its grant for orders  | GRANT_MISSING      | invalid_request
            OF_TWO | shop-frontend | loses its grant for billing | GRANT_MISSING      | invalid_request
            OF_TWO | shop-frontend | loses its grant for ledger  | GRANT_MISSING      | invalid_target
            OF_TWO | shop-frontend | loses a scope               | SCOPE_NOT_GRANTED  | invalid_scope
            """)
    void isInactiveOnce(Chain chain, String id, String what, Reason reason, String error) {
        String token = delegated(chain);
        remove(id, what);
        for (Use use : Use.values()) {
            Response response = use(use, token, chain);
            assertThat(isGranted(response, use)).as(use + " " + response.body()).isFalse();
            assertThat(world.lastAudit().reason()).as(use.toString()).contains(reason);
            assertThat(world.lastAudit().isGranted()).isFalse();
            if (use == Use.INTROSPECTED) {
                assertThat(response.body()).isEqualTo("{\"active\":false}");
            } else {
                assertThat(error(response)).isEqualTo("400 " + error);
            }
        }
    }

    private void remove(String id, String what) {
        Instant now = world.sessions.clock.instant();
        switch (what) {
            case "is deleted" -> world.sessions.delete(new IdentityId(id));
            case "is disabled" -> change(id, document -> document.put("disabled", true));
            case "has its tokens revoked" -> change(id, document -> document.put("notBefore", now.getEpochSecond()));
            case "has its method revoked" ->
                change(id, document -> document.put("methodNotBefore", Map.of("client-secret", now.getEpochSecond())));
            case "loses its method" ->
                change(id, document -> {
                    document.put("jwtBearerAuth", Map.of("trustedIssuers", List.of(OAuthFixture.trustedIssuer())));
                    document.remove("clientSecretAuth");
                });
            case "loses its audience" -> change(id, document -> document.remove("audiences"));
            case "is another resource" -> change(id, document -> document.put("audiences", List.of(id + "-v2")));
            case "loses its grants" -> change(id, document -> document.remove("grants"));
            case "loses a scope" ->
                change(id, document -> {
                    List<?> grants = (List<?>) document.get("grants");
                    document.put(
                            "grants",
                            grants.stream()
                                    .map(grant -> grant(String.valueOf(((Map<?, ?>) grant).get("audience")), "read"))
                                    .toList());
                });
            default -> {
                String audience = what.substring(what.lastIndexOf(' ') + 1);
                change(id, document -> {
                    List<?> grants = (List<?>) document.get("grants");
                    document.put(
                            "grants",
                            grants.stream()
                                    .filter(grant -> !audience.equals(((Map<?, ?>) grant).get("audience")))
                                    .toList());
                });
            }
        }
    }

    /** Removing rights of others, or rights for other audiences, changes nothing. */
    @Test
    void livesOnWhenAnotherLosesItsRights() {
        String token = delegated(Chain.OF_ONE);
        world.sessions.delete(new IdentityId("ledger"));
        change("billing", document -> document.remove("grants"));
        change("orders", document -> document.put("grants", List.of(grant("billing"), grant("archive"))));
        assertThat(isGranted(use(Use.INTROSPECTED, token, Chain.OF_ONE), Use.INTROSPECTED))
                .isTrue();
    }

    /** A token that was narrowed after the mark still comes from an exchange before it. */
    @Test
    void cannotEscapeAMarkByBeingNarrowedBeforeTheMarkIsSeen() {
        String token = delegated(Chain.OF_ONE);
        Instant mark = world.sessions.clock.instant();
        world.sessions.clock.advance(Duration.ofSeconds(3));
        String narrowed = accessToken(use(Use.NARROWED, token, Chain.OF_ONE));
        change("orders", document -> document.put("notBefore", mark.getEpochSecond()));
        assertThat(isGranted(use(Use.INTROSPECTED, narrowed, Chain.OF_ONE), Use.INTROSPECTED))
                .isFalse();
        assertThat(world.lastAudit().reason()).contains(Reason.SESSION_REVOKED);
    }

    @Test
    void letsTheActorExchangeAgainAfterTheMark() {
        String shown = accessToken(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", "orders"));
        change(
                "orders",
                document ->
                        document.put("notBefore", world.sessions.clock.instant().getEpochSecond()));
        // Never a 200 for a token that is dead on arrival.
        assertThat(exchange(shown, "billing", as("orders")).status()).isNotEqualTo(200);
        world.sessions.clock.advance(Duration.ofSeconds(1));
        Response again = exchange(shown, "billing", as("orders"));
        assertThat(again.status()).as(again.body()).isEqualTo(200);
        assertThat(isGranted(use(Use.INTROSPECTED, accessToken(again), Chain.OF_ONE), Use.INTROSPECTED))
                .isTrue();
    }

    /** The owner gets no more from a delegated token than its actor may have. */
    @Test
    void givesItsOwnerNoMoreThanTheActorMayHave() throws Exception {
        String token = delegated(Chain.OF_ONE);
        change("orders", document -> document.put("grants", List.of(grant("billing"), grant("archive", "read"))));
        Response archive = exchange(token, "archive", as(CLIENT.value()), "scope", "read");
        assertThat(archive.status()).as(archive.body()).isEqualTo(200);
        assertThat(claims(archive).getJSONObjectClaim("act")).containsEntry("sub", "orders");
        Response introspected = world.send(world.introspect, form("token", accessToken(archive)), as("archivist"));
        assertThat(body(introspected)).containsEntry("active", true);
        assertThat(error(exchange(token, "archive", as(CLIENT.value()), "scope", "write")))
                .isEqualTo("400 invalid_scope");
        assertThat(error(exchange(token, "ledger", as(CLIENT.value())))).isEqualTo("400 invalid_target");
    }

    /** Once an audience no longer has a scope, no token with it is active. */
    @Test
    void isInactiveOnceTheAudienceKnowsAScopeNoMore() {
        String token = delegated(Chain.OF_ONE);
        change(
                "billing",
                document -> document.put("audiences", List.of(Map.of("name", "billing", "scopes", List.of("read")))));
        assertThat(isGranted(use(Use.INTROSPECTED, token, Chain.OF_ONE), Use.INTROSPECTED))
                .isFalse();
        assertThat(world.lastAudit().reason()).contains(Reason.SCOPE_NOT_GRANTED);
    }
}
