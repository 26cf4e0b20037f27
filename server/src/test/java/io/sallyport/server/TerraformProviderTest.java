package io.sallyport.server;

import static io.sallyport.server.DescribedServer.call;
import static io.sallyport.server.SessionClient.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.server.DescribedServer.Call;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every request that Infisical's Terraform provider 0.19.24 was seen to send: create, plan, change, plan, destroy. It
 * plans no change if a resource reads back as it was written, and an import is such a read.
 */
@Timeout(60)
class TerraformProviderTest {
    private static final String RECORDED = "/infisical-terraform-provider.json";

    /** Sent, and never shown: the provider keeps the one that it sent. */
    private static final String SECRET = "tokenReviewerJwt";

    /** Values of the server that answered the recorded requests. */
    private static final Set<String> OF_THE_STUB = Set.of("orgId", "clientSecretPrefix");

    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, JsonNode> written = new HashMap<>();
    private ApiFixture stage;
    private DescribedServer server;
    private String token;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        stage = ApiFixture.open(data);
        server = new DescribedServer(ApiDescription.read(), stage.port());
        token = server.token(ApiFixture.ADMIN);
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    private static JsonNode recorded() throws IOException {
        try (InputStream stream = TerraformProviderTest.class.getResourceAsStream(RECORDED)) {
            return ApiDescription.JSON.readTree(Objects.requireNonNull(stream));
        }
    }

    /** Those that have routes here. */
    static Stream<String> methods() throws IOException {
        ApiDescription description = ApiDescription.read();
        return ApiDescription.names(recorded()).stream()
                .filter(name -> !description
                        .operationsAt("/api/v1/auth/" + name + "-auth/identities/payments")
                        .isEmpty());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void findsNoChangeAfterWhatItAppliedAndLeavesNothingBehind(String method) throws Exception {
        for (JsonNode exchange : recorded().path(method)) {
            JsonNode request = exchange.path("request");
            String path = filled(request.path("path").asText());
            JsonNode answer = send(request.path("method").asText(), path, request.path("body"));
            requireAnswered(exchange.path("answer").path("body"), answer);
            requireReadBack(request.path("method").asText(), path, answer);
        }
        String identity = "/api/v1/identities/" + Objects.requireNonNull(ids.get("{id1}"));
        server.send(call("GET", identity).bearer(token), 404);
    }

    private JsonNode send(String method, String path, JsonNode body) throws IOException {
        Call call = call(method, path).bearer(token);
        if (!body.isMissingNode()) {
            call = call.body(JSON, filled(body.toString()));
        }
        return ApiDescription.JSON.readTree(server.send(call, 200).body());
    }

    /** With the values of this run in place of those that were recorded. */
    private String filled(String text) {
        String filled = text;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            filled = filled.replace(id.getKey(), id.getValue());
        }
        return filled;
    }

    /** Requires what the provider needs of an answer, and learns the ids in it. */
    private void requireAnswered(JsonNode needed, JsonNode answer) {
        needed.properties().forEach(field -> {
            JsonNode value = field.getValue();
            JsonNode found = answer.path(field.getKey());
            if (field.getKey().equals(SECRET)) {
                assertThat(found.isMissingNode()).as("the secret is not shown").isTrue();
            } else if (value.isObject() && !value.isEmpty()) {
                requireAnswered(value, found);
            } else if (value.isTextual() && value.asText().matches("\\{[a-z0-9]+}")) {
                assertThat(found.asText()).as(field.getKey()).isNotEmpty();
                ids.putIfAbsent(value.asText(), found.asText());
            } else if (field.getKey().equals("kubernetesHost")) {
                // Shown with its port; the provider keeps the host that it sent.
                assertThat(found.asText())
                        .isEqualTo(KubernetesHost.parse(value.asText()).toString());
            } else if (isEmpty(value)) {
                assertThat(isEmpty(found)).as(field.getKey() + " " + found).isTrue();
            } else if (!OF_THE_STUB.contains(field.getKey())) {
                assertThat(found).as(field.getKey()).isEqualTo(value);
            }
        });
    }

    /** What Go reads alike: the zero value of a text, a list, a map or a pointer. */
    private static boolean isEmpty(JsonNode value) {
        return value.isMissingNode() || value.isNull() || (value.asText().isEmpty() && value.isEmpty());
    }

    /** Requires a read to show exactly what the last change of the same resource showed, times aside. */
    private void requireReadBack(String method, String path, JsonNode answer) {
        answer.forEach(shown -> {
            if (shown instanceof ObjectNode resource) {
                resource.remove("updatedAt");
            }
        });
        if (method.equals("GET")) {
            JsonNode last = written.get(path);
            if (last != null) {
                assertThat(answer).isEqualTo(last);
            }
        } else {
            written.put(path, answer);
        }
    }
}
