package io.sallyport.simulated.aws;

import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.OpaqueToken;
import io.sallyport.simulated.Reply;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The endpoint where a function that was restored from a snapshot finds the keys of its role, on a separate port: AWS
 * SDKs and Tools Reference Guide, "Container credential provider".
 */
public final class LambdaCredentials implements AutoCloseable {
    private static final String PATH = "/2021-04-23/credentials";

    private final String token = OpaqueToken.withPrefix("");
    private final Behaviour behaviour = new Behaviour();
    private final AtomicInteger requests = new AtomicInteger();
    private final Supplier<TemporaryCredentials> assume;
    private final Loopback server;
    private volatile TemporaryCredentials current;

    private LambdaCredentials(Supplier<TemporaryCredentials> assume) {
        this.assume = assume;
        this.current = assume.get();
        this.server = Loopback.start(Map.of("/", this::answer));
    }

    static LambdaCredentials start(Supplier<TemporaryCredentials> assume) {
        return new LambdaCredentials(assume);
    }

    /** {@code AWS_CONTAINER_CREDENTIALS_FULL_URI}. */
    public URI uri() {
        return server.uri(PATH);
    }

    /** {@code AWS_CONTAINER_AUTHORIZATION_TOKEN}. */
    public String token() {
        return token;
    }

    /** The keys that it gives out. */
    public TemporaryCredentials current() {
        return current;
    }

    /** Gives out new keys from now on. */
    public void rotate() {
        current = assume.get();
    }

    /** How often it was asked, answered or not. */
    public int requests() {
        return requests.get();
    }

    public Behaviour behaviour() {
        return behaviour;
    }

    @Override
    public void close() {
        behaviour.release();
        server.close();
    }

    private Reply answer(HttpExchange exchange) {
        requests.incrementAndGet();
        behaviour.awaitRelease();
        return behaviour.applyTo(reply(exchange));
    }

    private Reply reply(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("GET")
                || !exchange.getRequestURI().getPath().equals(PATH)) {
            return Reply.text(404, "text/plain", "not found");
        }
        if (!List.of(token).equals(exchange.getRequestHeaders().get("Authorization"))) {
            return Reply.text(401, "text/plain", "unauthorized");
        }
        TemporaryCredentials keys = current;
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("AccessKeyId", keys.accessKeyId());
        body.put("SecretAccessKey", keys.secretAccessKey());
        body.put("Token", keys.sessionToken());
        body.put("Expiration", keys.expiration().toString());
        return Reply.json(200, body);
    }
}
