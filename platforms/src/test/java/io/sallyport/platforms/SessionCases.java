package io.sallyport.platforms;

import static io.sallyport.platforms.Calls.RENEW;
import static io.sallyport.platforms.Calls.REVOKE;
import static io.sallyport.platforms.Calls.accessToken;
import static io.sallyport.platforms.Calls.assertError;
import static io.sallyport.platforms.Calls.claim;
import static io.sallyport.platforms.Calls.form;
import static io.sallyport.platforms.Calls.get;
import static io.sallyport.platforms.Calls.introspect;
import static io.sallyport.platforms.Calls.json;
import static io.sallyport.platforms.Calls.logIn;
import static io.sallyport.platforms.Calls.tokenForOrders;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.util.List;
import java.util.Map;

/** What happens to a token, and what an administrator does with one. */
final class SessionCases {
    private static final String IDENTITIES = "/api/v1/identities";

    private SessionCases() {}

    static List<Case> all() {
        return List.of(
                Case.onStore("a token is renewed within its session", SessionCases::renews),
                Case.onStore("a revoked session renews no more", SessionCases::revokes),
                Case.onStore("introspection counts uses, and the last one is the last", SessionCases::countsUses),
                Case.onStore("a token is revoked by its owner (RFC 7009)", SessionCases::revokesByOwner),
                Case.onStore("introspection tells nothing to others", SessionCases::tellsNothingToOthers),
                Case.onStore(
                        "an admin makes, finds, changes and deletes an identity, in UTF-8", SessionCases::administers),
                Case.onStore("the admin API wants a token, and a role", SessionCases::wantsARole));
    }

    private static void renews(DeploymentFixture cloud) throws Exception {
        String token = logIn(cloud, "payments");
        String renewed = accessToken(cloud, cloud.send("renew", json(RENEW, Map.of("accessToken", token))));

        assertThat(claim(renewed, "sid")).isEqualTo(claim(token, "sid"));
        assertThat(claim(renewed, "jti")).isNotEqualTo(claim(token, "jti"));
    }

    private static void revokes(DeploymentFixture cloud) throws Exception {
        String token = logIn(cloud, "payments");
        Call revoke = json(REVOKE, Map.of("accessToken", token)).with("Authorization", "Bearer " + token);

        for (int times = 0; times < 2; times++) {
            Answer revoked = cloud.send("renew", revoke);
            assertThat(revoked.status()).as(revoked.body()).isEqualTo(200);
            assertThat(revoked.json()).isEqualTo(Map.of("message", "Successfully revoked access token"));
        }
        assertError(cloud.send("renew", json(RENEW, Map.of("accessToken", token))), 403, "TokenError");
    }

    private static void countsUses(DeploymentFixture cloud) throws Exception {
        String token = tokenForOrders(cloud);

        assertThat(introspect(cloud, token).json())
                .containsEntry("active", true)
                .containsEntry("sub", "deployer")
                .containsEntry("uses_left", 1L);
        assertThat(introspect(cloud, token).json()).containsEntry("uses_left", 0L);
        assertThat(introspect(cloud, token).json()).isEqualTo(Map.of("active", false));
    }

    private static void revokesByOwner(DeploymentFixture cloud) throws Exception {
        String token = tokenForOrders(cloud);
        Call revoke = form(
                "/v1/revoke",
                Map.of(
                        "token",
                        token,
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion",
                        cloud.world().ciToken()));

        assertThat(cloud.send("introspection", revoke)).returns(200, Answer::status);
        assertThat(introspect(cloud, token).json()).isEqualTo(Map.of("active", false));
    }

    private static void tellsNothingToOthers(DeploymentFixture cloud) throws Exception {
        assertThat(introspect(cloud, logIn(cloud, "payments")).json()).isEqualTo(Map.of("active", false));
        Answer anonymous = cloud.send("introspection", form("/v1/introspect", Map.of("token", tokenForOrders(cloud))));
        assertThat(anonymous.status()).isEqualTo(401);
        assertThat(anonymous.json()).containsEntry("error", "invalid_client");
        assertThat(anonymous.headers()).containsKey("www-authenticate");
    }

    private static void administers(DeploymentFixture cloud) throws Exception {
        String name = "Zähler €😀 " + cloud.platform();
        Answer made = asChief(cloud, json(IDENTITIES, Map.of("name", name)));
        String id = String.valueOf(identity(made).get("id"));
        String one = IDENTITIES + "/" + id;

        assertThat(identity(asChief(cloud, get(one)))).containsEntry("name", name);
        assertThat(asChief(cloud, get(IDENTITIES + "?limit=5&search=" + Calls.encoded(name)))
                        .body())
                .contains(id);
        asChief(
                cloud,
                json("/api/v1/auth/gcp-auth/identities/" + id, Map.of("type", "gce", "allowedServiceAccounts", "*")));
        assertThat(identity(asChief(cloud, patch(one, "{\"name\":\"Ω\"}")))).containsEntry("name", "Ω");
        assertThat(identity(asChief(cloud, json(one + "/disable", Map.of())))).containsEntry("id", id);
        asChief(cloud, Call.bodiless("DELETE", one));
        assertError(cloud.send("admin", chiefs(cloud, get(one))), 404, "NotFound");
    }

    private static Call patch(String path, String body) {
        return new Call("PATCH", path, Map.of("Content-Type", List.of(Calls.JSON)), body, Calls.HOME);
    }

    private static Answer asChief(DeploymentFixture cloud, Call call) throws Exception {
        Answer answer = cloud.send("admin", chiefs(cloud, call));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static Call chiefs(DeploymentFixture cloud, Call call) throws Exception {
        return call.with("Authorization", "Bearer " + logIn(cloud, "chief"));
    }

    private static Map<String, Object> identity(Answer answer) {
        @SuppressWarnings("unchecked")
        Map<String, Object> identity = (Map<String, Object>) answer.json().get("identity");
        return identity;
    }

    private static void wantsARole(DeploymentFixture cloud) throws Exception {
        Answer without = assertError(cloud.send("admin", get(IDENTITIES)), 401, "UnauthorizedError");
        assertThat(without.headers().get("www-authenticate")).startsWith("Bearer");
        Call withoutRole = get(IDENTITIES).with("Authorization", "Bearer " + logIn(cloud, "payments"));
        assertError(cloud.send("admin", withoutRole), 403, "ForbiddenError");
        Call noToken = get(IDENTITIES).with("Authorization", "Bearer no.token.of-ours");
        assertError(cloud.send("admin", noToken), 403, "TokenError");
    }
}
