package io.sallyport.server;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.adminapi.AdminFunction;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.ErrorResponse;
import io.sallyport.http.Headers;
import io.sallyport.http.Query;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.http.Routes;
import io.sallyport.json.Json;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.SecretCiphers;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.session.SessionFixture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The admin API with its callers, and everything that it logs. */
public final class AdminFixture {
    public static final IdentityId ADMIN = new IdentityId("chief");
    public static final IdentityId VIEWER = new IdentityId("auditor");
    static final String TRUSTED = "192.0.2.1";

    public final SessionFixture world = new SessionFixture();
    public final List<String> log = new ArrayList<>();
    public final Routes routes;
    private final AtomicInteger ids = new AtomicInteger();

    public AdminFixture() {
        Environment environment = new Environment(
                Map.of(
                        "SALLYPORT_ISSUER",
                        SessionFixture.ISSUER,
                        "SALLYPORT_PUBLIC_KEYS",
                        Json.writeString(SessionFixture.KEYS.published()),
                        "SALLYPORT_STORE",
                        "firestore:p/d",
                        "SALLYPORT_IDENTITY_CACHE_SECONDS",
                        "0"),
                world.clock,
                () -> String.format("AAAAAAAAAAAAAAAA%05dA", ids.incrementAndGet()),
                uri -> {
                    throw new IOException("nothing is fetched here");
                },
                log::add);
        Settings settings = Settings.forVerifying(environment.variables());
        routes = AdminFunction.routes(
                environment,
                settings,
                new Stores(world.stores, world.stores),
                SecretCiphers.with(Optional.of(new EncryptionKey.Own(new byte[32])), environment));
        world.save(ADMIN, Map.of(), Map.of("role", "admin"));
        world.save(VIEWER, Map.of(), Map.of("role", "viewer"));
    }

    public String admin() {
        return "Bearer " + world.login(ADMIN);
    }

    public String viewer() {
        return "Bearer " + world.login(VIEWER);
    }

    /** @param body empty for none */
    public Response send(String method, String path, String authorization, Map<String, ?> body) {
        return send(method, path, authorization, body, TRUSTED);
    }

    public Response send(String method, String path, String authorization, Map<String, ?> body, String client) {
        Map<String, List<String>> headers = new HashMap<>();
        headers.put("Content-Type", List.of("application/json"));
        if (!authorization.isEmpty()) {
            headers.put("Authorization", List.of(authorization));
        }
        int question = path.indexOf('?');
        try {
            Request request = new Request(
                    "req-1",
                    method,
                    question < 0 ? path : path.substring(0, question),
                    question < 0 ? Query.NONE : new Query(path.substring(question + 1)),
                    Headers.of(headers),
                    Body.of(Json.writeString(body)),
                    new ClientAddress(client));
            try {
                return routes.handle(request);
            } catch (Refused refused) {
                return ErrorResponse.of(refused, request.id());
            }
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    /** As an admin. */
    public Map<String, Object> ok(String method, String path, Map<String, ?> body) {
        Response response = send(method, path, admin(), body);
        if (response.status() != 200) {
            throw new AssertionError(method + " " + path + ": " + response.status() + " " + response.body());
        }
        return SessionFixture.body(response);
    }
}
