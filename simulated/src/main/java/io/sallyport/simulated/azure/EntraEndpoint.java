package io.sallyport.simulated.azure;

import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Entra publishes of its tenants: OpenID configurations and keys, each in a version 1.0 and a version 2.0. */
final class EntraEndpoint implements Loopback.Endpoint {
    private static final Pattern PATH = Pattern.compile(
            "/(?<tenant>[^/]+)(?:(?<v2>/v2\\.0)?/\\.well-known/openid-configuration|/discovery(?:/v2\\.0)?/(?<keys>keys))");

    private final Predicate<String> tenants;
    private final BiFunction<String, Boolean, Map<String, Object>> configuration;
    private final Supplier<Map<String, Object>> keys;
    private final Published configurations = new Published(new Behaviour(), new AtomicInteger());
    private final Published keySets = new Published(new Behaviour(), new AtomicInteger());

    /** One of the two kinds of documents. */
    record Published(Behaviour behaviour, AtomicInteger requests) {
        Reply reply(Reply usual) {
            requests.incrementAndGet();
            behaviour.awaitRelease();
            return behaviour.applyTo(usual);
        }
    }

    /**
     * @param tenants whether there is a tenant of that id
     * @param configuration of a tenant; whether in version 2.0
     * @param keys the same for every tenant
     */
    EntraEndpoint(
            Predicate<String> tenants,
            BiFunction<String, Boolean, Map<String, Object>> configuration,
            Supplier<Map<String, Object>> keys) {
        this.tenants = tenants;
        this.configuration = configuration;
        this.keys = keys;
        configurations.behaviour().cacheControl("max-age=86400, private");
        keySets.behaviour().cacheControl("max-age=86400, private");
    }

    Published configurations() {
        return configurations;
    }

    Published keySets() {
        return keySets;
    }

    @Override
    public Reply answer(HttpExchange exchange) {
        Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
        if (!exchange.getRequestMethod().equals("GET") || !path.matches()) {
            return Reply.text(404, "text/html", "");
        }
        String tenant = path.group("tenant");
        boolean known = tenants.test(tenant);
        if (path.group("keys") != null) {
            return keySets.reply(
                    known || tenant.equals("common") ? Reply.json(200, keys.get()) : invalidTenant(tenant));
        }
        return configurations.reply(
                known ? Reply.json(200, configuration.apply(tenant, path.group("v2") != null)) : invalidTenant(tenant));
    }

    /** Entra, "Microsoft Entra authentication and authorization error codes", AADSTS90002. */
    private static Reply invalidTenant(String tenant) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("error", "invalid_tenant");
        error.put("error_description", "AADSTS90002: Tenant '" + tenant + "' not found.");
        error.put("error_codes", List.of(90002));
        return Reply.json(400, error);
    }
}
