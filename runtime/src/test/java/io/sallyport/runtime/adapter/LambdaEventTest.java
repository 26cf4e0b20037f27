package io.sallyport.runtime.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sallyport.http.Fields;
import io.sallyport.http.Response;
import io.sallyport.http.Routes;
import io.sallyport.json.Json;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import io.sallyport.testing.TestEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only API Gateway does; {@link CloudFunctionTest} has the rest. */
final class LambdaEventTest {
    private static final Call LOGIN = Call.post("/login", "application/json", "{\"jwt\":\"å\"}");
    private static final Map<String, Object> READ = Map.of("jwt", "å");

    private final Endpoint endpoint = new Endpoint(
            new TestEnvironment().environment(),
            0,
            new Routes().add("POST", "/login", request -> Response.json(200, Fields.parse(request))));

    private final Map<String, Object> event = new LinkedHashMap<>(LambdaFrontEnd.event(LOGIN));

    @Test
    void answersAnEvent() throws Exception {
        assertThat(answer()).returns(200, Answer::status).returns(READ, Answer::json);
    }

    @ParameterizedTest
    @CsvSource({
        "$default, /login, 200",
        "prod, /prod/login, 200",
        "prod, /login, 200",
        "prod, /prod/prod/login, 404",
        "prod, /product/login, 404",
        "prod, /prod, 404",
        "$default, /$default/login, 404",
        "prod, /test/login, 404",
        "'', /login, 200"
    })
    void leavesTheStageOutOfThePath(String stage, String rawPath, int status) throws Exception {
        event.put("rawPath", rawPath);
        context().put("stage", stage);

        assertThat(answer().status()).isEqualTo(status);
    }

    @Test
    void decodesABodyInBase64() throws Exception {
        event.put("body", Base64.getEncoder().encodeToString(LOGIN.bytes()));
        event.put("isBase64Encoded", true);

        assertThat(answer()).returns(200, Answer::status).returns(READ, Answer::json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "e30=e30=", "{}", "e", "e30==", "e30_", "e30 "})
    void refusesABodyInBrokenBase64(String body) throws Exception {
        event.put("body", body);
        event.put("isBase64Encoded", true);

        assertThat(answer().status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"body", "headers", "isBase64Encoded", "cookies", "queryStringParameters", "routeKey"})
    void answersAnEventWithout(String field) throws Exception {
        event.remove(field);

        assertThat(answer().status()).isBetween(200, 415);
    }

    @Test
    void answersAnEventWithoutAContext() throws Exception {
        event.remove("requestContext");

        assertThat(answer().status()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "2", "3.0", ""})
    void refusesAnEventOfVersion(String version) {
        event.put("version", version);

        assertThatIOException().isThrownBy(this::answer);
    }

    @Test
    void refusesAnEventOfNoVersion() {
        event.remove("version");

        assertThatIOException().isThrownBy(this::answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "canary", "[]", "{\"version\":\"2.0\",\"version\":\"2.0\"}", "{\"version\":\"2.0\"} canary"})
    void refusesAnEventThatIsNotJson(String text) {
        assertThatIOException()
                .isThrownBy(() -> LambdaFrontEnd.invoke(text.getBytes(StandardCharsets.UTF_8), endpoint))
                .satisfies(refusal -> assertThat(String.valueOf(refusal)).doesNotContain("canary"));
    }

    private Answer answer() throws IOException {
        return LambdaFrontEnd.answer(LambdaFrontEnd.invoke(Json.write(event), endpoint));
    }

    private Map<String, Object> context() {
        Map<String, Object> context = new LinkedHashMap<>();
        if (event.get("requestContext") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> context.put(String.valueOf(name), value));
        }
        event.put("requestContext", context);
        return context;
    }
}
