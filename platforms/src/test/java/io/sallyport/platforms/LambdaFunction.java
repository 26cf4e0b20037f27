package io.sallyport.platforms;

import io.sallyport.json.Json;
import io.sallyport.runtime.adapter.LambdaFrontEnd;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * A function on AWS's Lambda runtime, from its archive, behind an API Gateway HTTP API, which passes the caller's
 * address as {@code sourceIp} and appends it to the existing {@code X-Forwarded-For}.
 */
final class LambdaFunction implements Running {
    private final LambdaRuntime runtime;

    private LambdaFunction(LambdaRuntime runtime) {
        this.runtime = runtime;
    }

    /** Its runtime, just started: it may not be ready yet, or ever. */
    static LambdaRuntime launch(Function function, Map<String, String> variables, Path folder) throws Exception {
        return LambdaRuntime.start(Archives.lambdaTask(function), function.className(), variables, folder);
    }

    static LambdaFunction start(Function function, Map<String, String> variables, Path folder) throws Exception {
        return new LambdaFunction(launch(function, variables, folder));
    }

    @Override
    public Answer send(Call call) throws Exception {
        Call seen = OverHttp.seenBy(call, call.peer());
        LambdaRuntime.Report report = runtime.invoke(Json.writeString(LambdaFrontEnd.event(seen)));
        if (!report.success()) {
            throw new AssertionError("the function failed: " + report.body());
        }
        return LambdaFrontEnd.answer(report.body().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public RuntimeProcess process() {
        return runtime.process();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
