package io.sallyport.bench;

import io.sallyport.bench.served.GcpLogin;
import io.sallyport.bench.served.HelloFunction;
import io.sallyport.bench.served.WarmLogin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What is started and measured.
 *
 * @param arguments of its command after the JVM's options, for a port
 * @param request what it answers; empty if it prints a line instead
 */
record Subject(
        String name,
        IntFunction<List<String>> arguments,
        Map<String, String> environment,
        Optional<HttpMessage> request) {

    static final String INVOKER = "invoker, hello";

    private static final String PACKAGE = HelloFunction.class.getPackageName();

    static Subject bareJvm(Plan plan) {
        return new Subject(
                "bare JVM, hello",
                port -> List.of("-cp", plan.servedJar().toString(), PACKAGE + ".Hello"),
                Map.of(),
                Optional.empty());
    }

    static Subject invokerHello(Plan plan) {
        return function(INVOKER, plan, HelloFunction.class.getName(), Map.of(), HttpMessage.json("/", "{}"));
    }

    static Subject login(Plan plan, LoginWorld world, String store) {
        return function(
                "invoker, whole GCP login, " + store,
                plan,
                GcpLogin.class.getName(),
                world.variables(store),
                world.login());
    }

    /** The login and its references, in a long-running process. */
    static Subject warmLogin(Plan plan, LoginWorld world, boolean nativeCryptography) {
        Map<String, String> variables =
                new HashMap<>(world.variables(plan.stores().get(0)));
        variables.put("SALLYPORT_NATIVE_CRYPTOGRAPHY", nativeCryptography ? "on" : "off");
        return function("warm login", plan, WarmLogin.class.getName(), variables, world.login());
    }

    /** A function under Google's invoker. */
    static Subject function(
            String name, Plan plan, String target, Map<String, String> environment, HttpMessage request) {
        return new Subject(
                name,
                port -> List.of(
                        "-cp",
                        plan.servedJar().toString(),
                        PACKAGE + ".LoopbackInvoker",
                        "--target",
                        target,
                        "--port",
                        Integer.toString(port)),
                environment,
                Optional.of(request));
    }
}
