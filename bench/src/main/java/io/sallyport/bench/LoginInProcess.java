package io.sallyport.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.IdentityId;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.jwt.Fetcher;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;

/**
 * The login function in this process: from a request's body to the answer's. Its log lines are formatted and dropped.
 */
final class LoginInProcess extends CloudFunction {
    /**
     * @param google where its keys are
     * @param fetcher fetches them
     * @param cacheSeconds how long an identity is cached
     */
    LoginInProcess(
            Stores stores, GcpVerifier.Endpoints google, Fetcher fetcher, InstantSource clock, int cacheSeconds) {
        this(stores, google, environment(variables(LoginWorld.signingKeys(), cacheSeconds), fetcher, clock));
    }

    static Environment environment(Map<String, String> variables, Fetcher fetcher, InstantSource clock) {
        return new Environment(variables, clock, Environment.system().ids(), fetcher, line -> {});
    }

    LoginInProcess(Stores stores, GcpVerifier.Endpoints google, Environment environment) {
        super(endpoint(stores, google, environment));
    }

    static Map<String, String> variables(String signingKeys, int cacheSeconds) {
        return Map.of(
                "SALLYPORT_ISSUER",
                "https://login.example.com",
                "SALLYPORT_SIGNING_KEYS",
                signingKeys,
                "SALLYPORT_IDENTITY_CACHE_SECONDS",
                Integer.toString(cacheSeconds));
    }

    private static Endpoint endpoint(Stores stores, GcpVerifier.Endpoints google, Environment environment) {
        Settings settings = Settings.forServing(environment.variables());
        return new Endpoint(
                environment,
                0,
                GcpLoginFunction.routes(
                        stores.forLogin(environment, settings), new GcpVerifier(google, environment.fetcher())));
    }

    /** @throws IllegalStateException if the login is denied */
    void logIn(IdentityId identity, String jwt) {
        logIn(LoginWorld.body(identity, jwt).getBytes(UTF_8));
    }

    /** @return the call, so that benchmarks can consume its answer */
    InMemoryCall logIn(byte[] body) {
        InMemoryCall call = new InMemoryCall(LoginWorld.PATH, body);
        try {
            service(call, call);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (call.status() != 200) {
            throw new IllegalStateException(call.status() + ": " + call.answer());
        }
        return call;
    }
}
