package io.sallyport.adminapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.http.Response;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import io.sallyport.server.AdminFixture;
import io.sallyport.server.ApiFixture;
import io.sallyport.session.SessionFixture;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdminRoutesTest {
    private final AdminFixture admin = new AdminFixture();

    /** Every route, with what stands for its parameters. */
    static Stream<Arguments> routes() {
        return new AdminFixture()
                .routes.table().entrySet().stream()
                        .flatMap(route -> route.getValue().stream()
                                .map(method -> arguments(
                                        method,
                                        route.getKey()
                                                .replace("{id}", "some-one")
                                                .replace("{secretId}", "s"))));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("routes")
    void isClosedToCallersWithoutAToken(String method, String path) {
        for (String authorization : List.of("", "Basic eDp5", "Bearer")) {
            Response response = admin.send(method, path, authorization, Map.of());
            assertError(response, 401, "UnauthorizedError");
            assertThat(response.headers()).containsEntry("WWW-Authenticate", "Bearer realm=\"sallyport\"");
        }
        assertError(admin.send(method, path, "Bearer x.y.z", Map.of()), 403, "TokenError");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("routes")
    void changesNothingForAViewer(String method, String path) {
        int writes = admin.world.stores.writes();
        Response response = admin.send(method, path, admin.viewer(), Map.of());
        if (method.equals("GET")) {
            assertThat(response.status()).isIn(200, 404);
        } else {
            assertError(response, 403, "ForbiddenError");
        }
        assertThat(admin.world.stores.writes()).isEqualTo(writes);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("routes")
    void isOpenToNoOtherRole(String method, String path) {
        admin.world.save(AdminFixture.VIEWER, Map.of(), Map.of("role", "member"));
        assertError(admin.send(method, path, admin.viewer(), Map.of()), 403, "ForbiddenError");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("routes")
    void letsAnAdminIn(String method, String path) {
        assertThat(admin.send(method, path, admin.admin(), Map.of()).status()).isIn(200, 404, 422);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("routes")
    void takesNoExpiredToken(String method, String path) {
        String token = admin.admin();
        admin.world.clock.advance(Duration.ofDays(31));
        assertError(admin.send(method, path, token, Map.of()), 403, "TokenError");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("routes")
    void takesNoTokenFromElsewhere(String method, String path) {
        admin.world.save(
                AdminFixture.ADMIN, Map.of("accessTokenTrustedIps", List.of("10.0.0.0/8")), Map.of("role", "admin"));
        String token = admin.admin();
        assertError(admin.send(method, path, token, Map.of(), "192.0.2.1"), 403, "ForbiddenError");
        assertThat(admin.send(method, path, token, Map.of(), "10.1.2.3").status())
                .isIn(200, 404, 422);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("routes")
    void takesNoMoreUsesThanThereAreAndNoneForARefusal(String method, String path) {
        admin.world.save(AdminFixture.ADMIN, Map.of("accessTokenNumUsesLimit", 1L), Map.of("role", "viewer"));
        String token = admin.admin();
        admin.world.save(AdminFixture.ADMIN, Map.of("accessTokenNumUsesLimit", 1L), Map.of("role", "member"));
        assertError(admin.send(method, path, token, Map.of()), 403, "ForbiddenError");
        admin.world.save(AdminFixture.ADMIN, Map.of("accessTokenNumUsesLimit", 1L), Map.of("role", "admin"));
        assertThat(admin.send(method, path, token, Map.of()).status()).isIn(200, 404, 422);
        assertError(admin.send(method, path, token, Map.of()), 401, "UnauthorizedError");
    }

    @Test
    void makesAnIdentityThatLogsInAndTakesItAway() {
        Map<String, Object> made = identity(admin.ok(
                "POST",
                "/api/v1/identities",
                Map.of(
                        "name", "Payments",
                        "role", "member",
                        "organizationId", "ignored",
                        "projects", Map.of("shop", List.of("reader")),
                        "metadata", List.of(Map.of("key", "team", "value", "money")))));
        String id = String.valueOf(made.get("id"));
        assertThat(made)
                .containsEntry("name", "Payments")
                .containsEntry("role", "member")
                .containsEntry("hasDeleteProtection", false)
                .containsEntry("authMethods", List.of())
                .containsEntry("metadata", List.of(Map.of("key", "team", "value", "money")))
                .containsKeys("createdAt", "updatedAt");
        Map<String, Object> auth = gcp(admin.ok(
                "POST",
                "/api/v1/auth/gcp-auth/identities/" + id,
                Map.of(
                        "type",
                        "gce",
                        "allowedServiceAccounts",
                        "a@p.iam.gserviceaccount.com, b@p.iam.gserviceaccount.com",
                        "accessTokenTTL",
                        60,
                        "accessTokenTrustedIps",
                        List.of(Map.of("ipAddress", "10.0.0.0/8")))));
        assertThat(auth)
                .containsEntry("identityId", id)
                .containsEntry("type", "gce")
                .containsEntry("allowedServiceAccounts", "a@p.iam.gserviceaccount.com,b@p.iam.gserviceaccount.com")
                .containsEntry("allowedProjects", "")
                .containsEntry("accessTokenTTL", 60L)
                .containsEntry("accessTokenTrustedIps", List.of(Map.of("ipAddress", "10.0.0.0/8")))
                .containsKeys("id", "createdAt", "updatedAt");
        assertThat(gcp(admin.ok("PATCH", "/api/v1/auth/gcp-auth/identities/" + id, Map.of("allowedProjects", "shop"))))
                .containsEntry("allowedProjects", "shop")
                .containsEntry("accessTokenTTL", 60L);
        assertThat(identity(admin.ok("GET", "/api/v1/identities/" + id, Map.of())))
                .containsEntry("authMethods", List.of("gcp-auth"));
        admin.ok("DELETE", "/api/v1/auth/gcp-auth/identities/" + id, Map.of());
        assertError(
                admin.send("GET", "/api/v1/auth/gcp-auth/identities/" + id, admin.admin(), Map.of()), 404, "NotFound");
        admin.ok("DELETE", "/api/v1/identities/" + id, Map.of());
        assertError(admin.send("GET", "/api/v1/identities/" + id, admin.admin(), Map.of()), 404, "NotFound");
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                arguments("a method that is there", 400, "POST", "/api/v1/auth/gcp-auth/identities/payments", gce()),
                arguments(
                        "an identity that is not there",
                        404,
                        "POST",
                        "/api/v1/auth/gcp-auth/identities/no-such-id",
                        gce()),
                arguments(
                        "a TTL beyond the max TTL",
                        422,
                        "PATCH",
                        "/api/v1/auth/gcp-auth/identities/payments",
                        Map.of("accessTokenTTL", 10, "accessTokenMaxTTL", 5)),
                arguments(
                        "a method without any constraint",
                        422,
                        "PATCH",
                        "/api/v1/auth/gcp-auth/identities/payments",
                        Map.of("allowedServiceAccounts", "")),
                arguments(
                        "a field that there is not",
                        422,
                        "PATCH",
                        "/api/v1/identities/payments",
                        Map.of("allowedServiceAccounts", "x")),
                arguments("no name", 422, "POST", "/api/v1/identities", Map.of("role", "admin")),
                arguments(
                        "a name that is too long", 422, "POST", "/api/v1/identities", Map.of("name", "n".repeat(256))),
                arguments(
                        "more trusted IPs than a token has room for",
                        422,
                        "PATCH",
                        "/api/v1/auth/gcp-auth/identities/payments",
                        Map.of(
                                "accessTokenTrustedIps",
                                IntStream.range(0, 51)
                                        .mapToObj(i -> Map.of("ipAddress", "10.0.0." + i))
                                        .toList())),
                arguments(
                        "an id that is taken",
                        409,
                        "POST",
                        "/api/v1/identities",
                        Map.of("name", "n", "id", "payments")),
                arguments(
                        "an id that cannot be one",
                        422,
                        "POST",
                        "/api/v1/identities",
                        Map.of("name", "n", "id", "a b")),
                arguments("a cursor that is none", 422, "GET", "/api/v1/identities?cursor=x", Map.of()),
                arguments("a list without end", 422, "GET", "/api/v1/identities?limit=101", Map.of()),
                arguments(
                        "a secret that the caller chose",
                        422,
                        "PATCH",
                        "/api/v1/auth/client-secret-auth/identities/payments",
                        Map.of("secrets", List.of())));
    }

    /** One method of each kind that an unrelated organization could meet, as attached and as the result of a change. */
    static Stream<Arguments> takesNoMethodThatStrangersCouldMeet() {
        return Stream.of(
                arguments("gcp-auth", Map.of("type", "gce", "allowedZones", "europe-west1-b"), "allowedZones"),
                arguments(
                        "azure-auth",
                        Map.of("tenantId", "72f988bf-86f1-41af-91ab-2d7cd011db47", "resource", "api://sallyport"),
                        "allowedServicePrincipalIds"),
                arguments(
                        "kubernetes-auth",
                        Map.of("kubernetesHost", "kube.example.com", "allowedNames", "payments"),
                        "allowedNamespaces"),
                arguments(
                        "jwt-bearer-auth",
                        Map.of(
                                "trustedIssuers",
                                List.of(Map.of(
                                        "issuer", "https://token.actions.githubusercontent.com",
                                        "subject", "repo:*/shop:*",
                                        "audience", "sallyport"))),
                        "repo:OWNER/"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void takesNoMethodThatStrangersCouldMeet(String kind, Map<String, ?> fields, String remedy) {
        admin.ok("DELETE", "/api/v1/auth/gcp-auth/identities/payments", Map.of());
        String path = "/api/v1/auth/" + kind + "/identities/payments";
        Response attached = admin.send("POST", path, admin.admin(), fields);
        assertError(attached, 422, "ValidationFailure");
        assertThat(attached.body()).contains(remedy);
        assertError(admin.send("GET", path, admin.admin(), Map.of()), 404, "NotFound");
        admin.ok("POST", path, ApiFixture.attachable().get(kind));
        Map<String, Object> change = new HashMap<>(fields);
        for (String list : List.of("allowedServiceAccounts", "allowedServicePrincipalIds", "allowedNamespaces")) {
            if (ApiFixture.attachable().get(kind).containsKey(list)) {
                change.put(list, "");
            }
        }
        assertError(admin.send("PATCH", path, admin.admin(), change), 422, "ValidationFailure");
    }

    /** Absent or null means anywhere; an empty list used to mean it too. */
    @ParameterizedTest
    @ValueSource(strings = {"gcp-auth", "azure-auth", "kubernetes-auth", "jwt-bearer-auth", "client-key-auth"})
    void opensNoTokenToEverywhereByAnEmptyList(String kind) {
        admin.ok("DELETE", "/api/v1/auth/gcp-auth/identities/payments", Map.of());
        String path = "/api/v1/auth/" + kind + "/identities/payments";
        Map<String, Object> fields = new HashMap<>(ApiFixture.attachable().get(kind));
        fields.put("accessTokenTrustedIps", List.of());
        assertError(admin.send("POST", path, admin.admin(), fields), 422, "ValidationFailure");
        fields.put("accessTokenTrustedIps", List.of(Map.of("ipAddress", "10.0.0.0/8")));
        admin.ok("POST", path, fields);
        for (Object empty : List.of(List.of(), "")) {
            assertError(
                    admin.send("PATCH", path, admin.admin(), Map.of("accessTokenTrustedIps", empty)),
                    422,
                    "ValidationFailure");
        }
        assertThat(Json.writeString(admin.ok("GET", path, Map.of()))).contains("10.0.0.0/8");
        Map<String, Object> reset = new HashMap<>();
        reset.put("accessTokenTrustedIps", null);
        assertThat(Json.writeString(admin.ok("PATCH", path, reset))).contains("0.0.0.0/0", "::/0");
    }

    /** An empty list, which Infisical's clients send, removes a constraint, but never the last one that counts. */
    @Test
    void leavesNoMethodWithoutAConstraintByAnEmptyList() {
        String path = "/api/v1/auth/gcp-auth/identities/payments";
        admin.ok("PATCH", path, Map.of("allowedProjects", "shop", "allowedZones", "europe-west1-b"));
        admin.ok("PATCH", path, Map.of("allowedServiceAccounts", ""));
        for (Object empty : List.of("", " , ", List.of(), List.of(""))) {
            assertError(
                    admin.send("PATCH", path, admin.admin(), Map.of("allowedProjects", empty)),
                    422,
                    "ValidationFailure");
        }
        assertThat(gcp(admin.ok("GET", path, Map.of())))
                .containsEntry("allowedProjects", "shop")
                .containsEntry("allowedServiceAccounts", "");
    }

    private static Map<String, Object> gce() {
        return Map.of("type", "gce", "allowedServiceAccounts", "*");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refuses(String what, int status, String method, String path, Map<String, ?> body) {
        int writes = admin.world.stores.writes();
        Response response = admin.send(method, path, admin.admin(), body);
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        if (status == 422) {
            assertThat(SessionFixture.body(response).get("message")).isInstanceOf(List.class);
        }
        assertThat(admin.world.stores.writes()).isLessThanOrEqualTo(writes + 1);
    }

    @Test
    void saysWhoOwnsAnIdentityThatIsNotChangedHere() throws Exception {
        admin.world.stores.save(Providers.DOCUMENTS.readRecord(
                SessionFixture.WORKLOAD, Map.of("managedBy", "terraform", "gcpAuth", gce())));
        for (String[] change : new String[][] {
            {"PATCH", "/api/v1/identities/payments"},
            {"DELETE", "/api/v1/identities/payments"},
            {"POST", "/api/v1/identities/payments/disable"},
            {"POST", "/api/v1/identities/payments/revoke-tokens"},
            {"POST", "/api/v1/auth/azure-auth/identities/payments"},
            {"PATCH", "/api/v1/auth/gcp-auth/identities/payments"},
            {"DELETE", "/api/v1/auth/gcp-auth/identities/payments"}
        }) {
            Response response = admin.send(change[0], change[1], admin.admin(), Map.of());
            assertError(response, 409, "Conflict");
            assertThat(response.body()).contains("terraform");
        }
    }

    @Test
    void deletesNothingThatIsProtected() {
        admin.ok("PATCH", "/api/v1/identities/payments", Map.of("hasDeleteProtection", true));
        assertError(admin.send("DELETE", "/api/v1/identities/payments", admin.admin(), Map.of()), 400, "BadRequest");
        admin.ok("PATCH", "/api/v1/identities/payments", Map.of("hasDeleteProtection", false));
        admin.ok("DELETE", "/api/v1/identities/payments", Map.of());
    }

    @Test
    void revokesTheTokensOfWhatItRemoves() {
        String token = admin.world.login(SessionFixture.WORKLOAD);
        admin.ok("DELETE", "/api/v1/auth/gcp-auth/identities/payments", Map.of());
        admin.ok("POST", "/api/v1/auth/gcp-auth/identities/payments", gce());
        assertThat(admin.world.renew(token).status()).isEqualTo(403);
        admin.world.clock.advance(Duration.ofSeconds(1));
        String next = admin.world.login(SessionFixture.WORKLOAD);
        assertThat(admin.world.renew(next).status()).isEqualTo(200);
        admin.ok("POST", "/api/v1/identities/payments/revoke-tokens", Map.of());
        assertThat(admin.world.renew(next).status()).isEqualTo(403);
        admin.world.clock.advance(Duration.ofSeconds(1));
        String last = admin.world.login(SessionFixture.WORKLOAD);
        admin.ok("DELETE", "/api/v1/identities/payments", Map.of());
        admin.ok("POST", "/api/v1/identities", Map.of("name", "Payments", "id", "payments"));
        admin.ok("POST", "/api/v1/auth/gcp-auth/identities/payments", gce());
        assertThat(admin.world.renew(last).status()).isEqualTo(403);
    }

    @Test
    void disablesAndEnables() {
        String token = admin.world.login(SessionFixture.WORKLOAD);
        admin.ok("POST", "/api/v1/identities/payments/disable", Map.of());
        assertThat(admin.world.renew(token).status()).isEqualTo(401);
        admin.ok("POST", "/api/v1/identities/payments/enable", Map.of());
        assertThat(admin.world.renew(token).status()).isEqualTo(200);
    }

    @Test
    void showsASecretOnceAndNeitherItsHashNorAReviewersTokenEver() {
        String reviewer = "eyJhbGciOiJSUzI1NiJ9.canary.canary";
        Map<String, Object> kubernetes = new HashMap<>(Map.of(
                "kubernetesHost", "kube.example.com",
                "tokenReviewerJwt", reviewer,
                "allowedNamespaces", "shop"));
        String attached =
                Json.writeString(admin.ok("POST", "/api/v1/auth/kubernetes-auth/identities/payments", kubernetes));
        assertThat(attached).contains("\"hasTokenReviewerJwt\":true").doesNotContain("Sealed", "canary");
        Map<String, Object> made =
                admin.ok("POST", "/api/v1/identities/payments/client-secrets", Map.of("id", "first"));
        String secret = String.valueOf(made.get("clientSecret"));
        assertThat(secret).startsWith("sallyport_secret_");
        admin.ok("POST", "/api/v1/identities/payments/client-secrets", Map.of("id", "second"));
        for (int more = 3; more <= 20; more++) {
            admin.ok("POST", "/api/v1/identities/payments/client-secrets", Map.of("id", "more-" + more));
        }
        assertThat(admin.send(
                                "POST",
                                "/api/v1/identities/payments/client-secrets",
                                admin.admin(),
                                Map.of("id", "too-many"))
                        .status())
                .isEqualTo(422);
        String shown =
                Json.writeString(admin.ok("GET", "/api/v1/auth/client-secret-auth/identities/payments", Map.of()));
        assertThat(shown)
                .contains("first", "second", "\"createdAt\":\"" + made.get("createdAt") + "\"")
                .doesNotContain("sha256", secret);
        admin.ok("DELETE", "/api/v1/identities/payments/client-secrets/first", Map.of());
        admin.ok("DELETE", "/api/v1/identities/payments/client-secrets/second", Map.of());
        for (int more = 3; more <= 20; more++) {
            admin.ok("DELETE", "/api/v1/identities/payments/client-secrets/more-" + more, Map.of());
        }
        assertThat(admin.send("GET", "/api/v1/auth/client-secret-auth/identities/payments", admin.admin(), Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(String.join("\n", admin.log)).doesNotContain("canary", secret, "sha256", "v2.");
    }

    @Test
    void logsWhoChangedWhatFromWhatToWhat() throws Exception {
        admin.ok("PATCH", "/api/v1/identities/payments", Map.of("name", "Paying"));
        Map<String, Object> line = Json.parseObject(admin.log.get(admin.log.size() - 1));
        assertThat(line)
                .containsEntry("message", "identity-update granted")
                .containsEntry("callerId", "chief")
                .containsEntry("identityId", "payments");
        assertThat(line.get("before"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("name", "payments");
        assertThat(line.get("after"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("name", "Paying");
    }

    @Test
    void pagesThroughAListByCursor() {
        for (int i = 0; i < 25; i++) {
            admin.ok("POST", "/api/v1/identities", Map.of("name", "job-" + (char) ('a' + i)));
        }
        Map<String, Object> first = admin.ok("GET", "/api/v1/identities?search=job-&limit=20", Map.of());
        assertThat(names(first)).hasSize(20).startsWith("job-a").isSorted();
        Map<String, Object> second =
                admin.ok("GET", "/api/v1/identities?search=job-&limit=20&cursor=" + first.get("nextCursor"), Map.of());
        assertThat(names(second)).containsExactly("job-u", "job-v", "job-w", "job-x", "job-y");
        assertThat(second).doesNotContainKey("nextCursor");
        assertThat(names(admin.ok("GET", "/api/v1/identities?search=job-&offset=23", Map.of())))
                .containsExactly("job-x", "job-y");
    }

    private static List<String> names(Map<String, Object> page) {
        return ((List<?>) page.get("identities"))
                .stream()
                        .map(identity -> String.valueOf(((Map<?, ?>) identity).get("name")))
                        .toList();
    }

    @Test
    void showsTheLastLogin() throws Exception {
        admin.world.stores.noteLogin(
                SessionFixture.WORKLOAD,
                new io.sallyport.identity.IdentityStore.LastLogin("gcp-id-token", admin.world.clock.instant()),
                java.time.Instant.EPOCH);
        assertThat(identity(admin.ok("GET", "/api/v1/identities/payments", Map.of())))
                .containsEntry("lastLoginAuthMethod", "gcp-id-token")
                .containsEntry("lastLoginTime", admin.world.clock.instant().toString());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> identity(Map<String, Object> answer) {
        return (Map<String, Object>) answer.get("identity");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> gcp(Map<String, Object> answer) {
        return (Map<String, Object>) answer.get("identityGcpAuth");
    }

    private static void assertError(Response response, int status, String error) {
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(SessionFixture.body(response)).containsEntry("error", error);
    }
}
