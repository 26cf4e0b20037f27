package io.sallyport.server;

import static io.sallyport.server.DescribedServer.call;
import static io.sallyport.server.SessionClient.FORM;
import static io.sallyport.server.SessionClient.JSON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sallyport.json.Json;
import io.sallyport.server.ApiDescription.Operation;
import io.sallyport.server.DescribedServer.Call;
import io.sallyport.testing.RawHttp;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Credentials in every place of every request that docs/openapi.yaml describes, whether they belong there or not: none
 * gets into the process's output, nor into an error's answer. A new route or field is covered once it is described.
 */
@Timeout(300)
class CredentialCanaryTest {
    /** The longest piece of a credential that may appear. */
    private static final int PART = 20;

    private static final String SECRET = "sallyport_secret_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

    /** Like an AWS secret key. */
    private static final String OPAQUE = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY7";

    private static final String BASIC = Base64.getEncoder().encodeToString(("payment:" + SECRET).getBytes(UTF_8));

    private static final String HOSTILE =
            "hostile\u0000\u001b[2J\u007f\u0085\u009b31m\u2028\u2029\u202e\u2066\u200b\ufeff\u061c\"'\\\r\n"
                    + "{\"outcome\":\"granted\"}";

    private static final List<String> HEADERS = List.of(
            "Proxy-Authorization",
            "Cookie",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "Forwarded",
            "X-Request-Id",
            "traceparent",
            "tracestate",
            "X-Cloud-Trace-Context",
            "User-Agent",
            "Referer",
            "Origin",
            "Accept",
            "If-None-Match",
            "DPoP",
            "X-Api-Key");

    private static final Map<String, String> LOGINS = Map.of(
            "loginGcp", ApiFixture.VM,
            "loginAzure", ApiFixture.PRINCIPAL,
            "loginKubernetes", ApiFixture.POD,
            "loginUniversal", ApiFixture.ADMIN,
            "loginAws", ApiFixture.ROLE,
            "loginOidc", ApiFixture.JOB,
            "loginJwt", ApiFixture.SIGNED,
            "loginSpiffe", ApiFixture.WORKLOAD);

    private final ApiDescription description = ApiDescription.read();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final List<String> refusals = new ArrayList<>();

    @TempDir
    private Path data;

    @Test
    void letsNoCredentialInAnyPlaceOfAnyRequestIntoTheLog() throws Exception {
        List<String> credentials = new ArrayList<>(List.of(SECRET, OPAQUE));
        String written;
        String others;
        Set<String> routes;
        try (Overheard overheard = Overheard.everything();
                ApiFixture stage = ApiFixture.open(data, Map.of("SALLYPORT_FORWARDED_HOPS", "1"), log::add)) {
            Logger.getLogger("io.sallyport.probe").finest("heard at the finest level");
            String admin = token(stage, ApiFixture.ADMIN);
            String ofAnother = token(stage, ApiFixture.STRANGER);
            credentials.addAll(List.of(
                    stage.googleToken(),
                    stage.clusterToken(),
                    stage.entraToken(),
                    stage.svid(),
                    ofAnother,
                    carrying(SECRET),
                    carrying(OPAQUE)));
            credentials.add(BASIC);
            List<String> texts = List.of(SECRET, OPAQUE, HOSTILE, ofAnother);
            List<String> more = union(texts, union(credentials, List.of(ofAnother.substring(0, 150))));
            for (Operation operation : operations()) {
                // Where tokens are parsed, platforms' tokens included, and their claims.
                for (String text : operation.takesBearerAlone() ? texts : more) {
                    sendEverywhere(stage, operation, text, admin);
                }
            }
            routes = new TreeSet<>(stage.routes().keySet());
            written = overheard.written();
            others = overheard.logged();
        }
        assertThat(others).contains("heard at the finest level");
        assertThat(log).hasSizeGreaterThan(2_000);
        Set<String> parts = parts(credentials);
        Set<String> ofOurs = parts(credentials);
        // An admin may give an identity a name that does not look like a credential of ours.
        ofOurs.removeAll(parts(List.of(OPAQUE, BASIC)));
        Set<String> seen = new TreeSet<>();
        for (String line : log) {
            assertThat(line).matches("[ -~]*");
            Map<String, Object> told = Json.parseObject(line);
            // What the start logged belongs to no request.
            if (told.containsKey("route")) {
                seen.add(String.valueOf(told.get("route")));
            }
            assertNoneOf("granted".equals(told.get("outcome")) ? ofOurs : parts, line);
        }
        assertNoneOf(parts, written);
        assertNoneOf(parts, others);
        for (String refusal : refusals) {
            assertNoneOf(parts, refusal);
        }
        routes.add("unknown");
        assertThat(seen).as("the routes that the log tells").isEqualTo(routes);
    }

    private static List<String> union(List<String> some, List<String> others) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }

    /** Operations that remove what others need come last. */
    private List<Operation> operations() {
        List<Operation> operations = new ArrayList<>(description.operations());
        operations.sort(Comparator.comparingInt(operation -> operation.method().equals("DELETE") ? 1 : 0));
        return operations;
    }

    private void sendEverywhere(ApiFixture stage, Operation operation, String text, String admin) throws IOException {
        DescribedServer server = new DescribedServer(description, stage.port());
        Call whole = whole(server, operation);
        List<Call> calls = new ArrayList<>();
        for (String target : targets(operation, text)) {
            calls.add(new Call(operation.method(), target, whole.headers(), whole.body()));
        }
        for (Call call : calls) {
            send(stage, call);
        }
        // Without a token, the server does not look at the body.
        List<Call> bodies = withBodies(operation, whole, text);
        calls.addAll(bodies);
        for (Call call : calls) {
            if (operation.takesBearerAlone()) {
                send(stage, call.bearer(admin));
            } else {
                send(stage, call.basic(ApiFixture.ADMIN, ApiFixture.SECRET));
                send(stage, call);
            }
        }
        String field = text.replaceAll("[\r\n]", " ");
        for (String scheme : List.of("", "Bearer ", "Basic ")) {
            send(stage, whole.with("Authorization", scheme + field));
        }
        send(stage, whole.with("Content-Type", field));
        Call headers = whole.bearer(admin);
        for (String header : HEADERS) {
            headers = headers.with(header, field);
        }
        send(stage, headers);
        send(stage, whole.basic(text, "x"));
        send(stage, whole.basic(ApiFixture.ADMIN, text));
        Call tooLarge = call("POST", target(operation, text)).with("Content-Length", "65537");
        send(stage, tooLarge);
        send(stage, new Call(tooLarge.method(), "/" + encoded(text), tooLarge.headers(), ""));
    }

    private Call whole(DescribedServer server, Operation operation) {
        Call call = server.call(operation, ApiFixture.FULL);
        String identity = LOGINS.get(operation.id());
        if (identity == null) {
            return call;
        }
        if (operation.id().equals("loginUniversal")) {
            return call.json(Map.of("clientId", identity, "clientSecret", "x"));
        }
        return operation.id().equals("loginAws")
                ? call.json(Map.of(
                        "identityId", identity,
                        "iamHttpRequestMethod", "POST",
                        "iamRequestBody", "QWN0aW9u",
                        "iamRequestHeaders", "e30="))
                : call.json(Map.of("identityId", identity, "jwt", "x.y.z"));
    }

    // Bodies.

    private List<Call> withBodies(Operation operation, Call whole, String text) {
        List<Call> calls = new ArrayList<>();
        JsonNode content = operation.node().path("requestBody").path("content");
        if (content.has(JSON)) {
            ObjectNode example =
                    whole.body().startsWith("{") ? object(whole.body()) : ApiDescription.JSON.createObjectNode();
            for (JsonNode fields : variants(content.path(JSON).path("schema"), text, 3)) {
                if (fields.isObject()) {
                    ObjectNode body = example.deepCopy();
                    body.setAll((ObjectNode) fields);
                    calls.add(whole.body(JSON, body.toString()));
                }
            }
            calls.add(whole.body(JSON, "{\"a\":\"" + text));
        }
        if (content.has(FORM)) {
            Map<String, String> example = new LinkedHashMap<>();
            example.put("grant_type", "client_credentials");
            example.put("token", "x.y.z");
            example.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            example.put("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
            for (String grant : List.of("client_credentials", "jwt-bearer", "token-exchange")) {
                example.put("grant_type", grant.contains("-") ? "urn:ietf:params:oauth:grant-type:" + grant : grant);
                for (JsonNode fields : variants(content.path(FORM).path("schema"), text, 1)) {
                    Map<String, String> form = new LinkedHashMap<>(example);
                    fields.properties()
                            .forEach(field ->
                                    form.put(field.getKey(), field.getValue().asText()));
                    calls.add(whole.form(form));
                    form.putIfAbsent("client_id", ApiFixture.ADMIN);
                    form.putIfAbsent("client_secret", ApiFixture.SECRET);
                    calls.add(whole.form(form));
                }
            }
            calls.add(whole.body(FORM, text + "&token=%" + text));
        }
        return calls;
    }

    /** Bodies that match a schema, with the text in one place each, and as the name of a field. */
    private List<JsonNode> variants(JsonNode schemaOrReference, String text, int depth) {
        JsonNode schema = description.resolved(schemaOrReference);
        List<JsonNode> variants = new ArrayList<>();
        variants.add(ApiDescription.JSON.getNodeFactory().textNode(text));
        if (depth == 0) {
            return variants;
        }
        for (String several : List.of("allOf", "oneOf", "anyOf")) {
            schema.path(several).forEach(each -> variants.addAll(variants(each, text, depth)));
        }
        schema.path("properties")
                .properties()
                .forEach(property -> variants(property.getValue(), text, depth - 1)
                        .forEach(value -> variants.add(
                                ApiDescription.JSON.createObjectNode().set(property.getKey(), value))));
        if (schema.has("items")) {
            variants(schema.path("items"), text, depth - 1)
                    .forEach(value ->
                            variants.add(ApiDescription.JSON.createArrayNode().add(value)));
        }
        if (schema.has("properties") || schema.has("additionalProperties")) {
            variants.add(ApiDescription.JSON.createObjectNode().put(text, "x"));
        }
        return variants;
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) ApiDescription.JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    // Paths and queries.

    private List<String> targets(Operation operation, String text) {
        String whole = operation.path().replace("{id}", ApiFixture.FULL).replace("{secretId}", "first");
        List<String> targets = new ArrayList<>();
        targets.add(target(operation, text));
        targets.add(operation.path().replace("{id}", ApiFixture.FULL).replace("{secretId}", encoded(text)));
        targets.add(whole + "/" + encoded(text));
        targets.add(whole + "?" + encoded(text) + "=" + encoded(text));
        targets.add(whole + "?access_token=" + encoded(text));
        for (JsonNode reference : operation.node().path("parameters")) {
            JsonNode parameter = description.resolved(reference);
            if (parameter.path("in").asText().equals("query")) {
                targets.add(whole + "?" + parameter.path("name").asText() + "=" + encoded(text));
            }
        }
        return targets;
    }

    private static String target(Operation operation, String text) {
        return operation.path().replaceAll("\\{[a-zA-Z]+}", encoded(text));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    // Tokens, and what is logged.

    private static String token(ApiFixture stage, String client) throws IOException {
        Call call = call("POST", "/v1/token")
                .basic(client, ApiFixture.SECRET)
                .form(Map.of("grant_type", "client_credentials"));
        return ApiDescription.JSON
                .readTree(answer(stage, call).body())
                .path("access_token")
                .asText();
    }

    /** An unsigned token that carries the text wherever possible. */
    private static String carrying(String text) {
        Map<String, Object> claims = new LinkedHashMap<>();
        for (String claim :
                List.of("iss", "sub", "aud", "jti", "azp", "email", "tid", "oid", "idtyp", "xms_mirid", "act")) {
            claims.put(claim, text);
        }
        claims.put("exp", 4_000_000_000L);
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(Json.write(Map.of("alg", "RS256", "kid", text)))
                + "."
                + encoder.encodeToString(Json.write(claims))
                + "."
                + encoder.encodeToString(text.getBytes(UTF_8));
    }

    private void send(ApiFixture stage, Call call) throws IOException {
        RawHttp.Answer answer = answer(stage, call);
        if (answer.status() >= 300) {
            refusals.add(answer.headers() + answer.body());
        }
    }

    private static RawHttp.Answer answer(ApiFixture stage, Call call) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>(call.headers());
        if (!call.body().isEmpty()) {
            headers.put("Content-Length", String.valueOf(call.body().getBytes(UTF_8).length));
        }
        StringBuilder fields = new StringBuilder();
        headers.forEach(
                (name, value) -> fields.append(name).append(": ").append(value).append("\r\n"));
        return RawHttp.send(stage.port(), RawHttp.head(call.method(), call.target(), fields.toString()) + call.body());
    }

    private static Set<String> parts(List<String> credentials) {
        Set<String> parts = new HashSet<>();
        for (String credential : credentials) {
            for (int i = 0; i + PART <= credential.length(); i++) {
                parts.add(credential.substring(i, i + PART));
            }
        }
        return parts;
    }

    private static void assertNoneOf(Set<String> parts, String text) {
        for (int i = 0; i + PART <= text.length(); i++) {
            if (parts.contains(text.substring(i, i + PART))) {
                throw new AssertionError("a part of a credential is in " + text);
            }
        }
    }
}
