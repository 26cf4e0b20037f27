package io.sallyport.server;

import static io.sallyport.server.DescribedServer.call;
import static io.sallyport.server.SessionClient.FORM;
import static io.sallyport.server.SessionClient.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Reason;
import io.sallyport.json.Json;
import io.sallyport.server.ApiDescription.Operation;
import io.sallyport.server.DescribedServer.Call;
import io.sallyport.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service answers everything that docs/openapi.yaml describes, and nothing else. */
@Timeout(120)
class ApiAnswersTest {
    private static final Set<String> TOKEN_SERVICE = Set.of("issueToken", "introspectToken", "revokeClientToken");
    private static final String NO_TOKEN = "x.y.z";

    private final ApiDescription description = ApiDescription.read();

    @TempDir
    private Path data;

    @Test
    void everyAnswerIsDescribedAndEveryDescribedOneOccurs() throws Exception {
        Set<String> seen = new TreeSet<>();
        try (ApiFixture stage = ApiFixture.open(data.resolve("local"))) {
            DescribedServer server = new DescribedServer(description, stage.port());
            String admin = server.token(ApiFixture.ADMIN);
            grants(server, stage, admin);
            managesIdentities(server, admin);
            managesMethods(server, admin);
            server.send(call("GET", "/api/v1/signing-keys").bearer(admin), 200);
            refusesStrangers(server);
            refusesSessions(server, admin);
            refusesClients(server, admin);
            refusesBrokenRequests(server, admin);
            refusesWhatCannotBe(server, admin);
            knowsNothingElse(server);
            seen.addAll(server.seen());
        }
        try (FailingService service = FailingService.start(data)) {
            DescribedServer server = new DescribedServer(description, service.port());
            String admin = server.token(ApiFixture.ADMIN);
            service.fail(Reason.STORE_UNAVAILABLE);
            fails(server, admin, 503);
            service.fail(Reason.STORE_TIMEOUT);
            fails(server, admin, 504);
            service.haveABug();
            fails(server, admin, 500);
            seen.addAll(server.seen());
        }
        assertThat(DescribedServer.described(description))
                .filteredOn(answer -> !seen.contains(answer))
                .as("described, and never seen")
                .isEmpty();
    }

    private static String text(RawHttp.Answer answer, String name) throws IOException {
        return ApiDescription.JSON.readTree(answer.body()).path(name).asText();
    }

    private void grants(DescribedServer server, ApiFixture stage, String admin) throws Exception {
        Map<String, Map<String, String>> logins = Map.of(
                "gcp", Map.of("identityId", ApiFixture.VM, "jwt", stage.googleToken()),
                "azure", Map.of("identityId", ApiFixture.PRINCIPAL, "jwt", stage.entraToken()),
                "kubernetes", Map.of("identityId", ApiFixture.POD, "jwt", stage.clusterToken()),
                "oidc", Map.of("identityId", ApiFixture.JOB, "jwt", stage.clusterToken()),
                "jwt", Map.of("identityId", ApiFixture.SIGNED, "jwt", stage.clusterToken()),
                "spiffe", Map.of("identityId", ApiFixture.WORKLOAD, "jwt", stage.svid()));
        grantsToAws(server, stage);
        Map<String, String> secret = Map.of("clientId", ApiFixture.ADMIN, "clientSecret", ApiFixture.SECRET);
        Call universal = call("POST", "/api/v1/auth/universal-auth/login");
        server.send(universal.json(secret), 200);
        server.send(universal.form(secret), 200);
        for (Map.Entry<String, Map<String, String>> login : logins.entrySet()) {
            Call call = call("POST", "/api/v1/auth/" + login.getKey() + "-auth/login");
            server.send(call.json(login.getValue()), 200);
            String token = text(server.send(call.form(login.getValue()), 200), "accessToken");
            String next = text(
                    server.send(call("POST", SessionClient.RENEW).json(Map.of("accessToken", token)), 200),
                    "accessToken");
            server.send(call("POST", SessionClient.REVOKE).json(Map.of("accessToken", next)), 200);
        }
        Call forOrders = call("POST", "/v1/token")
                .basic(ApiFixture.ADMIN, ApiFixture.SECRET)
                .form(Map.of("grant_type", "client_credentials", "audience", ApiFixture.ORDERS));
        String token = text(server.send(forOrders, 200), "access_token");
        Call introspect = call("POST", SessionClient.INTROSPECT).form(Map.of("token", token));
        assertThat(server.send(introspect.basic("the-orders", ApiFixture.SECRET), 200)
                        .body())
                .contains("\"active\":true");
        assertThat(server.send(introspect.bearer(admin), 200).body()).contains("\"active\":false");
        server.send(call("POST", "/v1/revoke").bearer(admin).form(Map.of("token", token)), 200);
        for (Operation operation : description.operations()) {
            if (operation.statuses().contains("304")) {
                RawHttp.Answer whole = server.send(server.call(operation, ""), 200);
                server.send(server.call(operation, "").with("If-None-Match", whole.header("ETag")), 304);
            }
        }
    }

    private static void grantsToAws(DescribedServer server, ApiFixture stage) throws IOException {
        Call call = call("POST", "/api/v1/auth/aws-auth/login");
        Map<String, Object> once = new HashMap<>(stage.signedByRole());
        once.put("identityId", ApiFixture.ROLE);
        server.send(call.json(once), 200);
        server.send(call.json(once), 401);
        Map<String, String> form = new HashMap<>();
        stage.signedByRole().forEach((name, value) -> form.put(name, value.toString()));
        form.put("identityId", ApiFixture.ROLE);
        server.send(call.form(form), 200);
    }

    private void managesIdentities(DescribedServer server, String admin) throws IOException {
        String identities = "/api/v1/identities";
        Call create = call("POST", identities).bearer(admin);
        RawHttp.Answer made = server.send(create.json(Map.of("name", "made")), 200);
        String id = ApiDescription.JSON
                .readTree(made.body())
                .path("identity")
                .path("id")
                .asText();
        server.send(
                create.json(Map.of(
                        "id",
                        "chosen",
                        "name",
                        "Chosen",
                        "role",
                        "member",
                        "projects",
                        Map.of("shop", List.of("reader")),
                        "metadata",
                        List.of(Map.of("key", "team", "value", "money")),
                        "hasDeleteProtection",
                        true,
                        "audiences",
                        List.of(Map.of("name", "billing", "scopes", List.of("pay"))),
                        "grants",
                        List.of(Map.of("audience", ApiFixture.ORDERS, "tokenType", "JWT")))),
                200);
        server.send(call("DELETE", identities + "/chosen").bearer(admin), 400);
        server.send(call("GET", identities + "/details").bearer(admin), 200);
        server.send(call("GET", identities + "/" + ApiFixture.VM).bearer(admin), 200);
        RawHttp.Answer page = server.send(call("GET", identities + "?limit=1").bearer(admin), 200);
        server.send(
                call("GET", identities + "?limit=1&cursor=" + text(page, "nextCursor"))
                        .bearer(admin),
                200);
        for (Operation operation : description.operations()) {
            if (operation.path().startsWith(identities + "/{id}/")
                    && operation.node().path("requestBody").isMissingNode()
                    && operation.method().equals("POST")) {
                server.send(server.call(operation, id).bearer(admin), 200);
            }
        }
        server.send(
                call("PATCH", identities + "/" + id).bearer(admin).body(JSON, "{\"role\":\"viewer\",\"alias\":null}"),
                200);
        Call secrets = call("POST", identities + "/" + id + "/client-secrets").bearer(admin);
        server.send(secrets.json(Map.of("id", "first")), 200);
        server.send(secrets.form(Map.of("id", "second")), 200);
        server.send(
                call("DELETE", identities + "/" + id + "/client-secrets/second").bearer(admin), 200);
        String method = "/api/v1/auth/client-secret-auth/identities/" + id;
        server.send(call("GET", method).bearer(admin), 200);
        server.send(call("PATCH", method).bearer(admin).json(Map.of("accessTokenTTL", 60)), 200);
        server.send(call("DELETE", method).bearer(admin), 200);
        String fresh = ApiDescription.JSON
                .readTree(server.send(create.json(Map.of("name", "universal")), 200)
                        .body())
                .path("identity")
                .path("id")
                .asText();
        managesUniversalAuth(server, admin, fresh);
        server.send(call("DELETE", identities + "/" + id).bearer(admin), 200);
    }

    private static void managesUniversalAuth(DescribedServer server, String admin, String id) throws IOException {
        String method = "/api/v1/auth/universal-auth/identities/" + id;
        Call attach = call("POST", method).bearer(admin).json(Map.of("identityId", id, "accessTokenTTL", 60));
        server.send(attach, 200);
        server.send(attach, 400);
        server.send(call("GET", method).bearer(admin), 200);
        server.send(call("PATCH", method).bearer(admin).json(Map.of("accessTokenPeriod", 60)), 200);
        String secrets = method + "/client-secrets";
        RawHttp.Answer made =
                server.send(call("POST", secrets).bearer(admin).json(Map.of("numUsesLimit", 2, "ttl", 60)), 200);
        String secret = secrets + "/"
                + ApiDescription.JSON
                        .readTree(made.body())
                        .path("clientSecretData")
                        .path("id")
                        .asText();
        Map<String, String> login = Map.of("clientId", id, "clientSecret", text(made, "clientSecret"));
        server.send(call("POST", "/api/v1/auth/universal-auth/login").json(login), 200);
        server.send(call("GET", secrets).bearer(admin), 200);
        server.send(call("GET", secret).bearer(admin), 200);
        server.send(call("POST", secret + "/revoke").bearer(admin), 200);
        server.send(call("POST", "/api/v1/auth/universal-auth/login").json(login), 401);
        server.send(call("GET", secret).bearer(admin), 404);
        server.send(call("DELETE", method).bearer(admin), 200);
    }

    private static void managesMethods(DescribedServer server, String admin) throws IOException {
        for (Map.Entry<String, Map<String, Object>> method :
                ApiFixture.attachable().entrySet()) {
            String path = "/api/v1/auth/" + method.getKey() + "/identities/" + ApiFixture.BARE;
            Call attach = call("POST", path).bearer(admin).json(method.getValue());
            server.send(attach, 200);
            server.send(attach, 400);
            server.send(call("GET", path).bearer(admin), 200);
            server.send(
                    call("PATCH", path)
                            .bearer(admin)
                            .json(Map.of(
                                    "accessTokenTTL",
                                    60,
                                    "accessTokenTrustedIps",
                                    List.of(Map.of("ipAddress", "10.0.0.0/8")))),
                    200);
            server.send(call("DELETE", path).bearer(admin), 200);
        }
    }

    /** 401 and 403 for callers without permission. */
    private void refusesStrangers(DescribedServer server) throws IOException {
        String stranger = server.token(ApiFixture.STRANGER);
        for (Operation operation : description.operations()) {
            if (operation.takesBearerAlone()) {
                server.send(server.call(operation, ApiFixture.BARE), 401);
                server.send(server.call(operation, ApiFixture.BARE).basic(ApiFixture.ADMIN, ApiFixture.SECRET), 401);
                server.send(server.call(operation, ApiFixture.BARE).bearer(stranger), 403);
                server.send(server.call(operation, ApiFixture.BARE).bearer(NO_TOKEN), 403);
            }
        }
        for (String platform : List.of("gcp", "azure", "kubernetes", "oidc", "jwt", "spiffe")) {
            server.send(
                    call("POST", "/api/v1/auth/" + platform + "-auth/login")
                            .json(Map.of("identityId", "no-such-id", "jwt", NO_TOKEN)),
                    401);
        }
        server.send(
                call("POST", "/api/v1/auth/aws-auth/login")
                        .json(Map.of(
                                "identityId", "no-such-id",
                                "iamHttpRequestMethod", "POST",
                                "iamRequestBody", "x",
                                "iamRequestHeaders", "x")),
                401);
    }

    private static void refusesSessions(DescribedServer server, String admin) throws IOException {
        Call renew = call("POST", SessionClient.RENEW);
        server.send(renew.json(Map.of("accessToken", NO_TOKEN)), 403);
        server.send(call("POST", SessionClient.REVOKE).json(Map.of("accessToken", NO_TOKEN)), 403);
        String bound = server.token(ApiFixture.BOUND);
        server.send(renew.json(Map.of("accessToken", bound)), 403);
        server.send(
                call("POST", "/api/v1/identities/" + ApiFixture.BOUND + "/disable")
                        .bearer(admin),
                200);
        server.send(renew.json(Map.of("accessToken", bound)), 401);
    }

    private static void refusesClients(DescribedServer server, String admin) throws IOException {
        Call token = call("POST", "/v1/token").form(Map.of("grant_type", "client_credentials"));
        server.send(token, 401);
        server.send(token.basic(ApiFixture.ADMIN, "wrong"), 401);
        server.send(
                call("POST", "/v1/token")
                        .basic(ApiFixture.ADMIN, ApiFixture.SECRET)
                        .form(Map.of("grant_type", "client_credentials", "audience", "payroll")),
                400);
        for (String path : List.of(SessionClient.INTROSPECT, "/v1/revoke")) {
            Call call = call("POST", path).form(Map.of("token", admin));
            server.send(call, 401);
            server.send(call.basic(ApiFixture.ADMIN, "wrong"), 401);
            server.send(call.bearer(NO_TOKEN), 401);
        }
        server.send(
                call("POST", "/v1/revoke")
                        .basic(ApiFixture.STRANGER, ApiFixture.SECRET)
                        .form(Map.of("token", admin)),
                400);
    }

    /** Requests that cannot be parsed: 400, 413, 415 and 422. */
    private void refusesBrokenRequests(DescribedServer server, String admin) throws IOException {
        for (Operation operation : description.operations()) {
            if (operation.method().equals("GET")) {
                continue;
            }
            Call call = server.call(operation, ApiFixture.FULL).bearer(admin);
            assertThat(server.sendTooLarge(call).status()).as(call.toString()).isEqualTo(413);
            assertThat(server.breakOff(call).status()).as(call.toString()).isEqualTo(400);
            if (TOKEN_SERVICE.contains(operation.id())) {
                server.send(call.body(FORM, "token=a&token=b"), 400);
                server.send(call.body(JSON, "{}"), 400);
            } else if (operation.node().has("requestBody")) {
                server.send(call.body(JSON, "{"), 400);
                server.send(call.body(JSON, "{\"a\":1,\"a\":1}"), 400);
                server.send(call.body("text/plain", "{}"), 415);
                boolean attaches = operation.id().startsWith("attach");
                server.send(
                        server.call(operation, attaches ? ApiFixture.BARE : ApiFixture.FULL)
                                .bearer(admin)
                                .json(Map.of("nonsense", 1)),
                        422);
            } else if (operation.method().equals("DELETE")) {
                server.send(
                        server.call(operation, ApiFixture.FULL)
                                .bearer(admin)
                                .json(Map.of("identityId", ApiFixture.BARE)),
                        422);
            }
        }
        Call list = call("GET", "/api/v1/identities").bearer(admin);
        server.send(new Call("GET", list.target() + "?search=%zz", list.headers(), ""), 400);
        server.send(new Call("GET", list.target() + "?limit=0", list.headers(), ""), 422);
    }

    /** Valid requests that cannot be carried out: 404 and 409. */
    private void refusesWhatCannotBe(DescribedServer server, String admin) throws IOException {
        for (Operation operation : description.operations()) {
            if (operation.path().contains("{id}")) {
                server.send(server.call(operation, "no-such-id").bearer(admin), 404);
                server.send(server.call(operation, "no~body").bearer(admin), 404);
                server.send(server.call(operation, ApiFixture.BROKEN).bearer(admin), 409);
                if (!operation.method().equals("GET")) {
                    server.send(server.call(operation, ApiFixture.OWNED).bearer(admin), 409);
                }
            }
        }
        Call create = call("POST", "/api/v1/identities").bearer(admin);
        server.send(create.json(Map.of("name", "again", "id", ApiFixture.BARE)), 409);
        server.send(create.json(Map.of("name", "namesake", "alias", "the-orders")), 409);
    }

    private void knowsNothingElse(DescribedServer server) throws IOException {
        Set<String> paths = new HashSet<>();
        for (Operation operation : description.operations()) {
            String path = operation.path().replace("{id}", ApiFixture.BARE).replace("{secretId}", "first");
            if (paths.add(path)) {
                List<String> allowed = new ArrayList<>(description.operationsAt(path).stream()
                        .map(Operation::method)
                        .sorted()
                        .toList());
                for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
                    if (!allowed.contains(method)) {
                        assertThat(server.send(call(method, path), 405).header("Allow"))
                                .isEqualTo(String.join(", ", allowed));
                    }
                }
                server.send(call("GET", path + "/a/b/c"), 404);
            }
        }
        server.send(call("GET", "/"), 404);
    }

    /** Whatever is asked. */
    private void fails(DescribedServer server, String admin, int status) throws IOException {
        for (Operation operation : description.operations()) {
            if (operation.statuses().contains(String.valueOf(status))) {
                server.send(whole(server.call(operation, ApiFixture.FULL), operation, admin), status);
            }
        }
    }

    /** A call whose credentials would be granted. */
    private static Call whole(Call call, Operation operation, String admin) {
        if (TOKEN_SERVICE.contains(operation.id())) {
            Map<String, String> form = Map.of("grant_type", "client_credentials", "token", admin);
            return call.basic(ApiFixture.ADMIN, ApiFixture.SECRET).form(form);
        }
        if (operation.takesBearerAlone()) {
            return call.bearer(admin);
        }
        return call.body(
                JSON,
                Json.writeString(Map.of(
                        "accessToken",
                        admin,
                        "identityId",
                        ApiFixture.ADMIN,
                        "jwt",
                        NO_TOKEN,
                        "clientId",
                        ApiFixture.ADMIN,
                        "clientSecret",
                        ApiFixture.SECRET,
                        "iamHttpRequestMethod",
                        "POST",
                        "iamRequestBody",
                        "x",
                        "iamRequestHeaders",
                        "x")));
    }
}
