package io.sallyport.server;

import io.sallyport.IdentityId;
import io.sallyport.runtime.Environment;
import io.sallyport.simulated.google.SimulatedGoogle;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Instances of one issuer, replaced one by one, as in a deployment: no request is lost. */
public final class FleetFixture implements AutoCloseable {
    static final IdentityId WORKLOAD = new IdentityId("payments");
    public static final int TOKEN_SECONDS = 900;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Environment environment;
    private final SimulatedGoogle google;
    private final Path folder;
    private final AtomicInteger started = new AtomicInteger();
    private final List<Instance> instances = new ArrayList<>();

    /** A request to an instance. */
    @FunctionalInterface
    interface Request<T> {
        T send(SessionClient client) throws Exception;
    }

    /** One slot behind the load balancer. */
    private static final class Instance {
        private final ReadWriteLock lock = new ReentrantReadWriteLock();
        private LocalServer server;

        Instance(LocalServer server) {
            this.server = server;
        }
    }

    /** @param environment names the keys, which every instance reads at start */
    public FleetFixture(Environment environment, SimulatedGoogle google, Path folder, int size) {
        this.environment = environment;
        this.google = google;
        this.folder = folder;
        for (int i = 0; i < size; i++) {
            instances.add(new Instance(start()));
        }
    }

    private LocalServer start() {
        return SessionClient.serve(
                environment,
                folder.resolve("instance-" + started.incrementAndGet()),
                google,
                List.of(SessionClient.identity(
                        WORKLOAD,
                        Map.of("accessTokenTTL", TOKEN_SECONDS, "accessTokenMaxTTL", TOKEN_SECONDS),
                        Map.of())));
    }

    <T> T ask(int number, Request<T> request) throws Exception {
        Instance instance = instances.get(number % instances.size());
        instance.lock.readLock().lock();
        try {
            return request.send(new SessionClient(instance.server.port(), google));
        } finally {
            instance.lock.readLock().unlock();
        }
    }

    /** The published keys as that instance knows them. */
    public HttpResponse<String> keys(int number) throws Exception {
        return ask(number, client -> {
            URI uri = client.uri("/.well-known/jwks.json");
            return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        });
    }

    /** Replaces it with a new process that has the current keys, and stops the old one when it has answered. */
    public void roll(int number) {
        LocalServer fresh = start();
        Instance instance = instances.get(number);
        LocalServer old;
        instance.lock.writeLock().lock();
        try {
            old = instance.server;
            instance.server = fresh;
        } finally {
            instance.lock.writeLock().unlock();
        }
        old.close();
    }

    @Override
    public void close() {
        instances.forEach(instance -> instance.server.close());
    }
}
