package io.sallyport.platforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.json.Json;
import io.sallyport.runtime.adapter.LambdaFrontEnd;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Events that the case table lacks: of another kind, and with a stage in the path. */
@ExtendWith(OnArchives.class)
final class LambdaEventsTest {
    @TempDir
    private static Path folder;

    private static LambdaRuntime runtime;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(LambdaRuntime.runsHere(), "AWS's runtime is for Linux on x86-64 and arm64");
        Function wellKnown = Function.table().get("well-known");
        runtime = LambdaRuntime.start(
                Archives.lambdaTask(wellKnown),
                wellKnown.className() + "::handleRequest",
                new CloudWorldFixture(Optional.empty()).variables(wellKnown),
                folder);
    }

    @AfterAll
    static void stop() {
        if (runtime != null) {
            runtime.close();
        }
    }

    @Test
    void saysThatAnEventIsOfAnotherKindAndGoesOn() throws Exception {
        for (String event : List.of("{\"version\":\"1.0\",\"httpMethod\":\"GET\"}", "{}", "[]")) {
            LambdaRuntime.Report report = runtime.invoke(event);
            assertThat(report.success()).isFalse();
            assertThat(report.body()).contains("not an event of an HTTP API");
        }
        assertThat(status(LambdaFrontEnd.event(Calls.get(Calls.DISCOVERY)))).isEqualTo(200);
    }

    @Test
    void leavesTheStageOutOfThePath() throws Exception {
        Map<String, Object> event = new HashMap<>(LambdaFrontEnd.event(Calls.get(Calls.DISCOVERY)));
        Map<String, Object> context = new HashMap<>();
        ((Map<?, ?>) event.get("requestContext")).forEach((name, value) -> context.put(String.valueOf(name), value));
        context.put("stage", "prod");
        event.put("requestContext", context);
        event.put("rawPath", "/prod" + Calls.DISCOVERY);
        assertThat(status(event)).isEqualTo(200);

        event.put("rawPath", "/test" + Calls.DISCOVERY);
        assertThat(status(event)).isEqualTo(404);
    }

    private static int status(Map<String, Object> event) throws Exception {
        LambdaRuntime.Report report = runtime.invoke(Json.writeString(event));
        assertThat(report.success()).as(report.body()).isTrue();
        return LambdaFrontEnd.answer(report.body().getBytes(StandardCharsets.UTF_8))
                .status();
    }
}
