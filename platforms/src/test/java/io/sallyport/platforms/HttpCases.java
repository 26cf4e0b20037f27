package io.sallyport.platforms;

import static io.sallyport.platforms.Calls.DISCOVERY;
import static io.sallyport.platforms.Calls.FORM;
import static io.sallyport.platforms.Calls.HOME;
import static io.sallyport.platforms.Calls.JSON;
import static io.sallyport.platforms.Calls.JWKS;
import static io.sallyport.platforms.Calls.K8S_LOGIN;
import static io.sallyport.platforms.Calls.assertError;
import static io.sallyport.platforms.Calls.form;
import static io.sallyport.platforms.Calls.get;
import static io.sallyport.platforms.Calls.json;
import static io.sallyport.platforms.Calls.login;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.util.List;
import java.util.Map;

/** How requests come in and answers go out. */
final class HttpCases {
    private static final int MAX_COUNT = 64 * 1024;
    private static final String ON_LAMBDA = "API Gateway hands over whole events";

    private HttpCases() {}

    static List<Case> all() {
        return List.of(
                Case.of("discovery and keys are published, to be cached", HttpCases::publishes),
                Case.of("`ETag`: 304 for what is known", HttpCases::answersUnchanged),
                Case.of("HEAD is GET without the body", HttpCases::answersHead),
                Case.of("404 where there is nothing", HttpCases::hasNothingElsewhere),
                Case.of("405 with `Allow`", HttpCases::tellsWhichMethods),
                Case.of("413 above 64 KiB, and not before", HttpCases::limitsBodies),
                Case.of("415 for another media type, or none", HttpCases::takesTwoMediaTypes),
                Case.of("400 for what is malformed", HttpCases::refusesWhatIsMalformed),
                Case.of("422 for a field that is missing", HttpCases::tellsWhatIsMissing),
                Case.of("OAuth's errors at `/v1/*`, nothing taken from a query", HttpCases::speaksOAuth),
                Case.of("every header once", HttpCases::sendsEveryHeaderOnce),
                Case.onStore("a body in chunks", HttpCases::takesChunks)
                        .butNotOn(Platform.AWS, ON_LAMBDA)
                        .butNotOn(
                                Platform.AZURE,
                                "the Functions host passes on only bodies whose length is declared; without one, the answer is"
                                        + " 400"),
                Case.onStore("`Expect: 100-continue`", HttpCases::asksForTheBody)
                        .butNotOn(Platform.AWS, ON_LAMBDA)
                        .butNotOn(Platform.AZURE, "the Functions host speaks HTTP, the worker gets whole requests"));
    }

    private static void publishes(DeploymentFixture cloud) throws Exception {
        for (String path : List.of(DISCOVERY, "/.well-known/oauth-authorization-server")) {
            Answer metadata = cloud.send("well-known", get(path));
            assertThat(metadata.status()).isEqualTo(200);
            assertThat(metadata.headers()).containsEntry("cache-control", "public, max-age=300");
            assertThat(metadata.json())
                    .containsEntry("issuer", CloudWorldFixture.ISSUER)
                    .containsEntry("jwks_uri", CloudWorldFixture.ISSUER + JWKS)
                    .containsEntry("token_endpoint", CloudWorldFixture.ISSUER + "/v1/token");
        }
        Answer keys = cloud.send("well-known", get(JWKS));
        assertThat(keys.json()).containsOnlyKeys("keys");
        assertThat(keys.body()).doesNotContain("\"d\"", cloud.world().privatePart());
    }

    private static void answersUnchanged(DeploymentFixture cloud) throws Exception {
        String etag = cloud.send("well-known", get(JWKS)).headers().get("etag");
        Answer unchanged = cloud.send("well-known", get(JWKS).with("If-None-Match", etag));

        assertThat(unchanged).returns(304, Answer::status).returns("", Answer::body);
        assertThat(unchanged.headers()).containsEntry("etag", etag);
    }

    private static void answersHead(DeploymentFixture cloud) throws Exception {
        Answer get = cloud.send("well-known", get(DISCOVERY));
        Answer head = cloud.send("well-known", Call.bodiless("HEAD", DISCOVERY));

        assertThat(head).isEqualTo(new Answer(200, get.headers(), ""));
    }

    private static void hasNothingElsewhere(DeploymentFixture cloud) throws Exception {
        assertError(cloud.send("well-known", get("/.well-known/nothing")), 404, "NotFound");
        for (String path : List.of("/", "/api/v1/auth/kubernetes-auth", "/api/v1/auth/kubernetes-auth/login/more")) {
            assertThat(cloud.send("kubernetes-login", json(path, Map.of())))
                    .as(path)
                    .returns(404, Answer::status);
        }
    }

    private static void tellsWhichMethods(DeploymentFixture cloud) throws Exception {
        for (String method : List.of("GET", "PUT", "DELETE")) {
            assertThat(assertError(
                                    cloud.send("kubernetes-login", Call.bodiless(method, K8S_LOGIN)),
                                    405,
                                    "MethodNotAllowed")
                            .headers())
                    .containsEntry("allow", "POST");
        }
        assertThat(assertError(cloud.send("well-known", json(JWKS, Map.of())), 405, "MethodNotAllowed")
                        .headers())
                .containsEntry("allow", "GET");
    }

    private static void limitsBodies(DeploymentFixture cloud) throws Exception {
        for (int bytes : List.of(MAX_COUNT + 1, MAX_COUNT * 4)) {
            assertError(send(cloud, JSON, jsonOf(bytes)), 413, "PayloadTooLarge");
            assertError(send(cloud, FORM, "a=" + "b".repeat(bytes - 2)), 413, "PayloadTooLarge");
        }
        assertError(send(cloud, JSON, jsonOf(MAX_COUNT)), 422, "ValidationFailure");
        assertError(send(cloud, FORM, "a=" + "b".repeat(MAX_COUNT - 2)), 422, "ValidationFailure");
    }

    private static String jsonOf(int bytes) {
        return "{\"a\":\"" + "b".repeat(bytes - 8) + "\"}";
    }

    private static Answer send(DeploymentFixture cloud, String type, String body) throws Exception {
        return cloud.send("kubernetes-login", Call.post(K8S_LOGIN, type, body));
    }

    private static void takesTwoMediaTypes(DeploymentFixture cloud) throws Exception {
        assertError(send(cloud, "text/plain", "{}"), 415, "UnsupportedMediaType");
        assertError(send(cloud, "application/xml", "<login/>"), 415, "UnsupportedMediaType");
        assertError(send(cloud, JSON + "; charset=utf-16", "{}"), 415, "UnsupportedMediaType");
        assertError(
                cloud.send("kubernetes-login", new Call("POST", K8S_LOGIN, Map.of(), "{}", HOME)),
                415,
                "UnsupportedMediaType");
    }

    private static void refusesWhatIsMalformed(DeploymentFixture cloud) throws Exception {
        for (String body : List.of("", "{", "[]", "{\"jwt\":\"a\",\"jwt\":\"b\"}", "{} {}")) {
            assertError(send(cloud, JSON, body), 400, "BadRequest");
        }
        assertError(send(cloud, FORM, "jwt=a&jwt=b"), 400, "BadRequest");
        assertError(send(cloud, FORM, "jwt=%zz"), 400, "BadRequest");
    }

    private static void tellsWhatIsMissing(DeploymentFixture cloud) throws Exception {
        Answer answer = assertError(send(cloud, JSON, "{}"), 422, "ValidationFailure");

        assertThat(String.valueOf(answer.json().get("message"))).contains("identityId", "jwt");
    }

    private static void speaksOAuth(DeploymentFixture cloud) throws Exception {
        Answer inQuery = cloud.send("token", form("/v1/token?grant_type=client_credentials", Map.of()));
        assertThat(inQuery.status()).isEqualTo(400);
        assertThat(inQuery.json()).containsEntry("error", "invalid_request");
        assertThat(inQuery.headers()).containsEntry("cache-control", "no-store");
        Answer unknown = cloud.send("token", form("/v1/token", Map.of("grant_type", "password")));
        assertThat(unknown.json()).containsEntry("error", "unsupported_grant_type");
    }

    /** A header that is sent twice arrives with both values here. */
    private static void sendsEveryHeaderOnce(DeploymentFixture cloud) throws Exception {
        Map<String, String> always = Map.of(
                "content-type", "application/json; charset=utf-8",
                "cache-control", "no-store",
                "x-content-type-options", "nosniff");

        assertThat(send(cloud, JSON, "{}").headers()).isEqualTo(always);
        assertThat(cloud.send("well-known", get(JWKS)).headers())
                .hasSize(4)
                .containsEntry("content-type", always.get("content-type"))
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("cache-control", "public, max-age=300")
                .containsKey("etag");
    }

    private static void takesChunks(DeploymentFixture cloud) throws Exception {
        Call call = login(K8S_LOGIN, "payments", cloud.world().podToken("payments"));
        int port = ((GoogleFunction) cloud.running("kubernetes-login")).port();
        int half = call.body().length() / 2;

        Calls.accessToken(
                cloud,
                OverHttp.sendChunked(
                        port,
                        call,
                        HOME,
                        List.of(call.body().substring(0, half), call.body().substring(half))));
    }

    private static void asksForTheBody(DeploymentFixture cloud) throws Exception {
        Call call = login(K8S_LOGIN, "payments", cloud.world().podToken("payments"));
        int port = ((GoogleFunction) cloud.running("kubernetes-login")).port();

        Calls.accessToken(cloud, OverHttp.sendWhenAsked(port, call, HOME));
    }
}
