package io.sallyport.server;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.IdentityStore;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.SecretCiphers;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.server.http.HttpListener;
import io.sallyport.testing.MemoryStores;
import io.sallyport.token.TokenStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The local server's routes, served as usual, on a store that fails on demand. */
final class FailingService implements AutoCloseable {
    private final MemoryStores memory = new MemoryStores();
    private final HttpListener listener;
    private volatile boolean hasBug;

    private FailingService(Path data) throws IOException, Refused {
        memory.save(ApiFixture.client(ApiFixture.ADMIN, Map.of("role", "admin"), Map.of()));
        Map<String, String> variables = Map.of(
                "SALLYPORT_ISSUER",
                "https://login.example.com",
                "SALLYPORT_IDENTITY_CACHE_SECONDS",
                "0",
                "SALLYPORT_SIGNING_KEYS_FILE",
                SigningKeyFile.ensure(data.resolve("signing-keys.json")).toString());
        Environment environment = new Environment(
                variables,
                InstantSource.system(),
                Environment.system().ids(),
                uri -> {
                    throw new IOException("nothing is fetched here");
                },
                line -> {});
        Settings settings = Settings.forServing(variables);
        Stores stores = new Stores(failing(IdentityStore.class), failing(TokenStore.class));
        LocalServer.Options options =
                new LocalServer.Options("127.0.0.1", 0, data, List.of(), Map.of(), Optional.empty(), Optional.empty());
        listener = HttpListener.serve(
                new Endpoint(
                        environment,
                        0,
                        LocalServer.routes(
                                environment,
                                settings,
                                stores,
                                options,
                                SecretCiphers.with(Optional.empty(), environment))),
                "127.0.0.1",
                0);
    }

    static FailingService start(Path data) throws IOException, Refused {
        return new FailingService(data);
    }

    private <T> T failing(Class<T> store) {
        return store.cast(Proxy.newProxyInstance(
                store.getClassLoader(), new Class<?>[] {store}, (proxy, method, arguments) -> {
                    if (hasBug) {
                        throw new IllegalStateException("a bug");
                    }
                    try {
                        return method.invoke(memory, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() instanceof Refused refused ? refused : e;
                    }
                }));
    }

    int port() {
        return listener.port();
    }

    void fail(Reason reason) {
        memory.fail(reason);
    }

    /** From now on the store throws an exception that no caller expects. */
    void haveABug() {
        memory.recover();
        hasBug = true;
    }

    @Override
    public void close() {
        listener.close();
    }
}
