package io.sallyport.keyrotation;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.ManagedKeyAccess;
import io.sallyport.runtime.ManagedKeySettings;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.token.managed.ManagedKeyRotation;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code POST /keys/rotate}: makes the next managed key if it is due. Only the cloud's scheduler may call it, as the
 * platform ensures; it takes no parameters, so another caller could do no more than that.
 */
public final class KeyRotationFunction extends CloudFunction {
    private static final String ROTATE = "keys/rotate";

    public KeyRotationFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        ManagedKeySettings.KeyFunctionSettings settings =
                ManagedKeySettings.forRotating(environment.variables(), false);
        ManagedKeyAccess access = ManagedKeyAccess.open(settings.issuer(), settings.keys(), environment);
        return new Endpoint(environment, 0, routes(access.rotation(), environment.clock(), new LogLine(environment)));
    }

    /** The function's only route. */
    static Routes routes(ManagedKeyRotation rotation, InstantSource clock, LogLine log) {
        return new Routes().add("POST", "/" + ROTATE, new DueRotation(rotation, clock).writingTo(log, "key-rotation"));
    }

    @FunctionName("keysRotate")
    public HttpResponseMessage rotate(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.POST},
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = ROTATE)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }
}
