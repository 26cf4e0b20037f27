package io.sallyport.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.http.Body;
import io.sallyport.json.Json;
import io.sallyport.local.LambdaRuntime.Answer;
import io.sallyport.store.firestore.FirestoreEmulator;
import io.sallyport.tokenservice.WellKnownFunction;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The functions as AWS Lambda runs them: by its own runtime, from variables, on events of an API Gateway HTTP API. */
@Timeout(120)
class LambdaRuntimeTest {
    private static final String ISSUER = "https://login.example.com";
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private static ECKey key;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeAKey() throws Exception {
        assumeTrue(LambdaRuntime.runsHere(), "AWS's runtime is for Linux on x86-64 and arm64");
        key = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
    }

    @Test
    void publishesDiscoveryAndKeys() throws Exception {
        Map<String, String> variables = Map.of(
                "SALLYPORT_ISSUER",
                ISSUER,
                "SALLYPORT_PUBLIC_KEYS",
                keySet(key.toPublicJWK().toJSONObject()));
        try (LambdaRuntime lambda =
                LambdaRuntime.start(WellKnownFunction.class.getName() + "::handleRequest", variables, folder)) {
            Map<String, Object> discovery = answer(lambda, event("GET", DISCOVERY, Map.of("Host", "evil.example"), ""));
            assertThat(discovery).containsEntry("statusCode", 200L).containsEntry("isBase64Encoded", false);
            assertThat(body(discovery)).containsEntry("issuer", ISSUER);
            assertThat(headers(discovery)).containsEntry("Content-Type", "application/json; charset=utf-8");

            Map<String, Object> keys = answer(lambda, event("GET", "/.well-known/jwks.json", Map.of(), ""));
            assertThat(keys).containsEntry("statusCode", 200L);
            assertThat(String.valueOf(keys.get("body")))
                    .contains(key.getKeyID())
                    .doesNotContain("\"d\"");

            String etag = headers(discovery).get("ETag");
            Map<String, Object> unchanged = answer(lambda, event("GET", DISCOVERY, Map.of("if-none-match", etag), ""));
            assertThat(unchanged).containsEntry("statusCode", 304L).containsEntry("body", "");

            Map<String, Object> head = answer(lambda, event("HEAD", DISCOVERY, Map.of(), ""));
            assertThat(head).containsEntry("statusCode", 200L).containsEntry("body", "");

            Map<String, Object> written = answer(lambda, event("POST", DISCOVERY, Map.of(), "{}"));
            assertThat(written).containsEntry("statusCode", 405L);
            assertThat(headers(written)).containsEntry("Allow", "GET");
        }
    }

    @Test
    void saysThatAnEventIsOfAnotherKindAndGoesOn() throws Exception {
        Map<String, String> variables = Map.of(
                "SALLYPORT_ISSUER",
                ISSUER,
                "SALLYPORT_PUBLIC_KEYS",
                keySet(key.toPublicJWK().toJSONObject()));
        try (LambdaRuntime lambda = LambdaRuntime.start(WellKnownFunction.class.getName(), variables, folder)) {
            for (String event : List.of("{\"version\":\"1.0\",\"httpMethod\":\"GET\"}", "{}", "[]")) {
                Answer answer = lambda.invoke(event);
                assertThat(answer.success()).isFalse();
                assertThat(answer.body()).contains("no event of an HTTP API");
            }
            assertThat(answer(lambda, event("GET", DISCOVERY, Map.of(), ""))).containsEntry("statusCode", 200L);
        }
    }

    @Test
    void saysWhatIsMissingWhenItDoesNotStart() throws Exception {
        Map<String, String> variables = Map.of("SALLYPORT_SIGNING_KEYS", keySet(key.toJSONObject()));
        try (LambdaRuntime lambda = LambdaRuntime.start(GcpLoginFunction.class.getName(), variables, folder)) {
            assertThat(lambda.initError())
                    .contains("InvalidConfigurationException", "SALLYPORT_ISSUER", "SALLYPORT_STORE")
                    .doesNotContain(key.getD().toString());
            assertThat(lambda.exitCode()).isEqualTo(1);
            assertThat(lambda.output())
                    .contains("SALLYPORT_ISSUER", "SALLYPORT_STORE")
                    .doesNotContain(key.getD().toString());
        }
    }

    @Test
    void deniesALoginOfAnIdentityThatTheStoreDoesNotKnow() throws Exception {
        String emulator = FirestoreEmulator.hostAndPort();
        Map<String, String> variables = Map.of(
                "SALLYPORT_ISSUER",
                ISSUER,
                "SALLYPORT_SIGNING_KEYS",
                keySet(key.toJSONObject()),
                "SALLYPORT_STORE",
                "firestore:" + FirestoreEmulator.freshProject() + "/sallyport",
                "FIRESTORE_EMULATOR_HOST",
                emulator);
        try (LambdaRuntime lambda = LambdaRuntime.start(GcpLoginFunction.class.getName(), variables, folder)) {
            String canary = "eyJhbGciOiJSUzI1NiJ9.CANARY.CANARY";
            Map<String, String> json = Map.of("content-type", "application/json");
            String body = Stage.json(Stage.VM, canary);

            Map<String, Object> denied = answer(lambda, event("POST", Stage.LOGIN, json, body));
            assertThat(denied).containsEntry("statusCode", 401L);
            assertThat(headers(denied)).containsEntry("Cache-Control", "no-store");
            assertThat(body(denied)).containsEntry("error", "UnauthorizedError");
            String reqId = String.valueOf(body(denied).get("reqId"));
            assertThat(lambda.output().lines().filter(line -> line.contains(reqId)))
                    .singleElement()
                    .asString()
                    .contains("\"reason\":\"unknown_identity\"", "\"client\":\"192.0.2.7\"");

            Map<String, Object> encoded = new LinkedHashMap<>(event("POST", Stage.LOGIN, json, base64(body)));
            encoded.put("isBase64Encoded", true);
            assertThat(answer(lambda, encoded)).containsEntry("statusCode", 401L);

            Map<String, String> form = Map.of("content-type", "application/x-www-form-urlencoded");
            assertThat(answer(lambda, event("POST", Stage.LOGIN, form, "identityId=nobody&jwt=" + canary)))
                    .containsEntry("statusCode", 401L);
            assertThat(answer(lambda, event("POST", Stage.LOGIN, json, "{}"))).containsEntry("statusCode", 422L);
            assertThat(answer(lambda, event("POST", Stage.LOGIN, json, " ".repeat(Body.MOST + 1))))
                    .containsEntry("statusCode", 413L);
            assertThat(answer(lambda, event("GET", Stage.LOGIN, Map.of(), ""))).containsEntry("statusCode", 405L);
            assertThat(answer(lambda, event("GET", DISCOVERY, Map.of(), ""))).containsEntry("statusCode", 404L);
            assertThat(lambda.output()).doesNotContain("CANARY");
        }
    }

    private static String keySet(Map<String, Object> key) {
        return Json.writeString(Map.of("keys", List.of(key)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    /** Payload format version 2.0, with what else stands in it left as AWS documents it. */
    private static Map<String, Object> event(String method, String path, Map<String, String> headers, String body) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("version", "2.0");
        event.put("routeKey", "$default");
        event.put("rawPath", "/prod" + path);
        event.put("rawQueryString", "");
        event.put("headers", headers);
        event.put(
                "requestContext",
                Map.of(
                        "accountId", "123456789012",
                        "apiId", "api-id",
                        "domainName", "api-id.execute-api.eu-west-1.amazonaws.com",
                        "http",
                                Map.of(
                                        "method", method,
                                        "path", "/prod" + path,
                                        "protocol", "HTTP/1.1",
                                        "sourceIp", "192.0.2.7",
                                        "userAgent", "agent"),
                        "requestId", "id",
                        "stage", "prod",
                        "timeEpoch", 1_583_348_638_390L));
        if (!body.isEmpty()) {
            event.put("body", body);
        }
        event.put("isBase64Encoded", false);
        return event;
    }

    private static Map<String, Object> answer(LambdaRuntime lambda, Map<String, Object> event) throws Exception {
        Answer answer = lambda.invoke(Json.writeString(event));
        assertThat(answer.success()).as(answer.body()).isTrue();
        return Json.parseObject(answer.body());
    }

    private static Map<String, Object> body(Map<String, Object> answer) throws Exception {
        return Json.parseObject(String.valueOf(answer.get("body")));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> headers(Map<String, Object> answer) {
        return (Map<String, String>) answer.get("headers");
    }
}
