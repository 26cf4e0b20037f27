package io.sallyport.simulated.google;

import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Publishes keys as a JSON object. */
final class KeyEndpoint implements Loopback.Endpoint {
    private final String path;
    private final Function<String, Optional<Map<String, Object>>> keys;
    private final Behaviour behaviour;
    private final AtomicInteger requests = new AtomicInteger();

    /** @param keys what is published under that which follows the path; empty if nothing is */
    KeyEndpoint(String path, Function<String, Optional<Map<String, Object>>> keys, Behaviour behaviour) {
        this.path = path;
        this.keys = keys;
        this.behaviour = behaviour;
    }

    String path() {
        return path;
    }

    int requests() {
        return requests.get();
    }

    @Override
    public Reply answer(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("GET")) {
            return Reply.error(404, "Method not found.");
        }
        requests.incrementAndGet();
        behaviour.awaitRelease();
        String asked = exchange.getRequestURI().getPath().substring(path.length());
        return behaviour.applyTo(keys.apply(asked)
                .map(published -> Reply.json(200, published))
                .orElseGet(() -> Reply.error(404, "Requested entity was not found.")));
    }
}
