package io.sallyport.server;

import static io.sallyport.server.SessionClient.FORM;
import static io.sallyport.server.SessionClient.JSON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sallyport.json.Json;
import io.sallyport.server.ApiDescription.Operation;
import io.sallyport.testing.RawHttp;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A server whose every answer is checked against the API description. */
final class DescribedServer {
    private final ApiDescription description;
    private final int port;
    private final Set<String> seen = new TreeSet<>();

    DescribedServer(ApiDescription description, int port) {
        this.description = description;
        this.port = port;
    }

    /** @param headers by name; without the body's length */
    record Call(String method, String target, Map<String, String> headers, String body) {
        Call {
            headers = Map.copyOf(headers);
        }

        Call with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Call(method, target, more, body);
        }

        Call body(String contentType, String otherBody) {
            return new Call(method, target, headers, otherBody).with("Content-Type", contentType);
        }

        Call json(Map<String, ?> fields) {
            return body(JSON, Json.writeString(fields));
        }

        Call form(Map<String, String> fields) {
            String encoded = fields.entrySet().stream()
                    .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                    .collect(Collectors.joining("&"));
            return body(FORM, encoded);
        }

        Call bearer(String token) {
            return with("Authorization", "Bearer " + token);
        }

        Call basic(String client, String secret) {
            String credentials = URLEncoder.encode(client, UTF_8) + ":" + URLEncoder.encode(secret, UTF_8);
            return with("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
        }

        private String head(String more) {
            return RawHttp.head(
                    method,
                    target,
                    headers.entrySet().stream()
                                    .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                                    .collect(Collectors.joining())
                            + more);
        }
    }

    static Call call(String method, String target) {
        return new Call(method, target, Map.of(), "");
    }

    /** A call of an operation about an identity, with the body of its example. */
    Call call(Operation operation, String identity) {
        Call call = call(
                operation.method(), operation.path().replace("{id}", identity).replace("{secretId}", "first"));
        Optional<JsonNode> json = description.exampleBody(operation, JSON);
        if (json.isPresent()) {
            return call.body(JSON, json.get().toString());
        }
        Map<String, String> fields = new LinkedHashMap<>();
        description
                .exampleBody(operation, FORM)
                .ifPresent(form -> form.properties()
                        .forEach(field ->
                                fields.put(field.getKey(), field.getValue().asText())));
        return fields.isEmpty() ? call : call.form(fields);
    }

    RawHttp.Answer send(Call call) throws IOException {
        String length =
                call.body().isEmpty() ? "" : "Content-Length: " + call.body().getBytes(UTF_8).length + "\r\n";
        RawHttp.Answer answer = RawHttp.send(port, call.head(length) + call.body());
        if (answer.status() < 300) {
            assertThat(objectionsToBody(call)).as(call.toString()).isEmpty();
        }
        return held(call, answer);
    }

    RawHttp.Answer send(Call call, int expected) throws IOException {
        RawHttp.Answer answer = send(call);
        assertThat(answer.status()).as(call + " " + answer.body()).isEqualTo(expected);
        return answer;
    }

    /** An access token of a client of the fixture, by its secret. */
    String token(String client) throws IOException {
        Call call = call("POST", "/v1/token")
                .basic(client, ApiFixture.SECRET)
                .form(Map.of("grant_type", "client_credentials"));
        return ApiDescription.JSON
                .readTree(send(call, 200).body())
                .path("access_token")
                .asText();
    }

    /** Declares a body that is too large, and does not send it. */
    RawHttp.Answer sendTooLarge(Call call) throws IOException {
        return held(call, RawHttp.send(port, call.head("Content-Length: 65537\r\n")));
    }

    /** Sends one byte of a two-byte body, and no more. */
    RawHttp.Answer breakOff(Call call) throws IOException {
        return held(call, RawHttp.breakOff(port, call.head("Content-Length: 2\r\n") + "x"));
    }

    private RawHttp.Answer held(Call call, RawHttp.Answer answer) {
        String path = call.target().replaceFirst("\\?.*", "").replaceFirst("(?<=.)/$", "");
        boolean isHead = call.method().equals("HEAD");
        String method = isHead ? "GET" : call.method();
        List<Operation> here = description.operationsAt(path);
        Optional<Operation> operation =
                here.stream().filter(each -> each.method().equals(method)).findFirst();
        String status = String.valueOf(answer.status());
        JsonNode elsewhere = description.document().path("x-everywhere");
        JsonNode response = here.isEmpty()
                ? elsewhere.path("UnknownPath")
                : operation
                        .map(known -> known.node().path("responses").path(status))
                        .orElse(elsewhere.path("MethodNotAllowed"));
        String about = call.method() + " " + call.target() + " " + status + " " + answer.body();
        if (operation.isEmpty()) {
            assertThat(answer.status()).as(about).isEqualTo(here.isEmpty() ? 404 : 405);
        }
        assertThat(response.isMissingNode()).as("not described: " + about).isFalse();
        assertThat(description.objections(response, answer, !isHead)).as(about).isEmpty();
        operation.ifPresent(known -> seen.add(known.id() + " " + status));
        return answer;
    }

    /** A client that sends what is described must not be refused, so every granted request must be described. */
    private List<String> objectionsToBody(Call call) throws IOException {
        String path = call.target().replaceFirst("\\?.*", "").replaceFirst("(?<=.)/$", "");
        for (Operation operation : description.operationsAt(path)) {
            JsonNode body = operation.node().path("requestBody").path("content").path(JSON);
            if (operation.method().equals(call.method())
                    && body.has("schema")
                    && JSON.equals(call.headers().get("Content-Type"))) {
                return description.objections(body.path("schema"), ApiDescription.JSON.readTree(call.body()));
            }
        }
        return List.of();
    }

    /** Which operation was answered with which status. */
    Set<String> seen() {
        return new TreeSet<>(seen);
    }

    /** All operations that the description has, each with every status it lists. */
    static List<String> described(ApiDescription description) {
        List<String> described = new ArrayList<>();
        for (Operation operation : description.operations()) {
            operation.statuses().forEach(status -> described.add(operation.id() + " " + status));
        }
        return described;
    }
}
