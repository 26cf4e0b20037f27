package io.sallyport.local;

import io.sallyport.Refused;
import io.sallyport.adminapi.AdminFunction;
import io.sallyport.azurelogin.AzureLoginFunction;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.http.Routes;
import io.sallyport.identity.AzureVerifier;
import io.sallyport.identity.GcpVerifier;
import io.sallyport.identity.Identity;
import io.sallyport.identity.Sealer;
import io.sallyport.k8slogin.K8sLoginFunction;
import io.sallyport.login.Login;
import io.sallyport.renew.RenewFunction;
import io.sallyport.runtime.AddressPolicy;
import io.sallyport.runtime.Endpoint;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.HttpsClusters;
import io.sallyport.runtime.InvalidConfigurationException;
import io.sallyport.runtime.Platforms;
import io.sallyport.runtime.Sealers;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.StoreAddress;
import io.sallyport.runtime.Stores;
import io.sallyport.tokenservice.Discovery;
import io.sallyport.tokenservice.IntrospectionFunction;
import io.sallyport.tokenservice.TokenFunction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every route in one process. */
final class LocalServer implements AutoCloseable {
    private final FunctionsFramework framework;
    private final Routes routes;
    private final String issuer;
    private final String storeName;
    private final AutoCloseable store;

    /**
     * @param port 0 for any that is free
     * @param data folder of the embedded store, the signing key and the encryption key
     * @param identities stored at start, in place of what is stored under their ids
     * @param google where Google publishes its keys
     * @param entra where Entra publishes its tenants' configurations
     * @param identitiesFile more of them, whose secrets are sealed before they are stored
     * @param clusterAddresses where clusters may be, in place of what the variables say: for simulated ones
     */
    record Options(
            String host,
            int port,
            Path data,
            List<Identity> identities,
            GcpVerifier.Endpoints google,
            AzureVerifier.Endpoints entra,
            Optional<Path> identitiesFile,
            Optional<AddressPolicy> clusterAddresses) {

        Options {
            if (port < 0 || port > 65_535) {
                throw new InvalidConfigurationException(List.of("the port must be from 0 to 65535, not " + port));
            }
        }

        /** With the real clusters. */
        Options(
                String host,
                int port,
                Path data,
                List<Identity> identities,
                GcpVerifier.Endpoints google,
                AzureVerifier.Endpoints entra) {
            this(host, port, data, identities, google, entra, Optional.empty(), Optional.empty());
        }

        /** With the real Entra. */
        Options(String host, int port, Path data, List<Identity> identities, GcpVerifier.Endpoints google) {
            this(host, port, data, identities, google, AzureVerifier.Endpoints.ENTRA);
        }
    }

    private LocalServer(
            FunctionsFramework framework, Routes routes, String issuer, String storeName, AutoCloseable store) {
        this.framework = framework;
        this.routes = routes;
        this.issuer = issuer;
        this.storeName = storeName;
        this.store = store;
    }

    /**
     * @throws InvalidConfigurationException saying what is wrong with the variables, the data folder or the identities
     * @throws IllegalStateException if the server does not start, for one because the port is taken
     */
    static LocalServer start(Environment environment, Options options) {
        int port = options.port() == 0 ? freePort() : options.port();
        options.identitiesFile().ifPresent(IdentitiesFile::check);
        try {
            Files.createDirectories(options.data());
            Settings settings = Settings.forServing(withDefaults(environment.variables(), port, options));
            Sealer sealer = Sealers.with(settings.encryptionKey(), environment.clock());
            List<Identity> seeds = new ArrayList<>(options.identities());
            if (options.identitiesFile().isPresent()) {
                seeds.addAll(IdentitiesFile.read(options.identitiesFile().get(), sealer));
            }
            OpenStores stores = OpenStores.open(settings, environment, options.data());
            try {
                for (Identity identity : seeds) {
                    stores.stores().identities().save(identity);
                }
                Routes routes = routes(environment, settings, stores.stores(), options, sealer);
                Endpoint endpoint = new Endpoint(environment, settings.forwardedHops(), routes);
                return new LocalServer(
                        FunctionsFramework.serve(endpoint, options.host(), port),
                        routes,
                        settings.issuer().url(),
                        stores.name(),
                        stores.connection());
            } catch (Refused | RuntimeException e) {
                stores.connection().close();
                throw e;
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidConfigurationException(
                    List.of("the data folder " + options.data() + " cannot be used: " + why(e)));
        } catch (Exception e) {
            throw new InvalidConfigurationException(List.of(String.valueOf(e.getMessage())));
        }
    }

    /** In words where the message would be a file's name alone. */
    static String why(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "access to " + denied.getFile() + " is denied";
        }
        return e instanceof FileAlreadyExistsException file
                ? file.getFile() + " is not a folder"
                : String.valueOf(e.getMessage());
    }

    /** Every route, on whatever stores. */
    static Routes routes(Environment environment, Settings settings, Stores stores, Options options, Sealer sealer) {
        AddressPolicy clusterAddresses = options.clusterAddresses().orElse(settings.addresses());
        Platforms platforms = new Platforms(
                options.google(), options.entra(), environment.fetcher(), new HttpsClusters(clusterAddresses), sealer);
        Login.Services login = stores.forLogin(environment, settings);
        return new Routes()
                .addAll(GcpLoginFunction.routes(login, options.google(), environment.fetcher()))
                .addAll(AzureLoginFunction.routes(login, options.entra(), environment.fetcher()))
                .addAll(K8sLoginFunction.routes(login, platforms.hosts(), sealer))
                .addAll(RenewFunction.routes(environment, settings, stores))
                .addAll(TokenFunction.routes(environment, settings, stores, platforms))
                .addAll(IntrospectionFunction.routes(environment, settings, stores, platforms))
                .addAll(AdminFunction.routes(environment, settings, stores, sealer))
                .addAll(Discovery.routes(settings.issuer().url(), settings.keys()));
    }

    private static Map<String, String> withDefaults(Map<String, String> variables, int port, Options options)
            throws IOException {
        Map<String, String> all = new HashMap<>(variables);
        all.putIfAbsent("SALLYPORT_ISSUER", "http://" + options.host() + ":" + port);
        if (!all.containsKey("SALLYPORT_SIGNING_KEYS") && !all.containsKey("SALLYPORT_SIGNING_KEYS_FILE")) {
            Path keys = SigningKeyFile.ensure(options.data().resolve("signing-keys.json"));
            all.put("SALLYPORT_SIGNING_KEYS_FILE", keys.toString());
        }
        if (!all.containsKey("SALLYPORT_ENCRYPTION_KEY") && !all.containsKey("SALLYPORT_ENCRYPTION_KEY_FILE")) {
            Path key = EncryptionKeyFile.ensure(options.data().resolve("encryption-key"));
            all.put("SALLYPORT_ENCRYPTION_KEY_FILE", key.toString());
        }
        return all;
    }

    /** A port that was free a moment ago. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no port is free", e);
        }
    }

    int port() {
        return framework.port();
    }

    String issuer() {
        return issuer;
    }

    /** Where identities are kept, in words. */
    String storeName() {
        return storeName;
    }

    /** Every path, with the methods it takes. */
    Map<String, List<String>> routes() {
        return routes.table();
    }

    @Override
    public void close() {
        framework.close();
        try {
            store.close();
        } catch (Exception e) {
            throw new IllegalStateException("the store does not close", e);
        }
    }

    /** The stores with the connection that they share. */
    private record OpenStores(Stores stores, AutoCloseable connection, String name) {
        static OpenStores open(Settings settings, Environment environment, Path data) throws IOException {
            if (settings.store().isPresent()) {
                StoreAddress address = settings.store().get();
                Stores.Opened firestore = Stores.open(address, environment);
                return new OpenStores(firestore.stores(), firestore.connection(), address.toString());
            }
            Path file = data.resolve("sallyport.db");
            SqliteDatabase database = SqliteDatabase.open(file);
            return new OpenStores(
                    new Stores(new SqliteIdentityStore(database), new SqliteTokenStore(database, environment.clock())),
                    database,
                    file.toString());
        }
    }
}
