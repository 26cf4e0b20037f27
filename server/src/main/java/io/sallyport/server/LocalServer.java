package io.sallyport.server;

import io.sallyport.Refused;
import io.sallyport.admin.Seeding;
import io.sallyport.adminapi.AdminFunction;
import io.sallyport.awslogin.AwsLoginFunction;
import io.sallyport.azurelogin.AzureLoginFunction;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.http.Routes;
import io.sallyport.identity.Identity;
import io.sallyport.jwtlogin.JwtLoginFunction;
import io.sallyport.k8slogin.K8sLoginFunction;
import io.sallyport.keyrotation.KeyTask;
import io.sallyport.login.Login;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.renew.RenewFunction;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.SecretCiphers;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.secret.SecretCipher;
import io.sallyport.server.http.HttpListener;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.tokenservice.Discovery;
import io.sallyport.tokenservice.IntrospectionFunction;
import io.sallyport.tokenservice.TokenFunction;
import io.sallyport.universallogin.UniversalLoginFunction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every route in one process. */
public final class LocalServer implements AutoCloseable {
    private final HttpListener listener;
    private final Routes routes;
    private final String issuer;
    private final OpenStores stores;
    private final Optional<KeyTimer> timer;
    private final List<String> warnings;

    /**
     * @param port 0 for any free port
     * @param data folder of the embedded store, the signing key and the encryption key
     * @param identities stored at start, as {@link Seeding} does
     * @param replacedAddresses as in {@link VerifierContext}; none for the real platforms
     * @param identitiesFile more identities, with secrets in the clear
     * @param clusterAddresses where clusters may be, overriding the variables: for simulated ones
     */
    public record Options(
            String host,
            int port,
            Path data,
            List<Identity> identities,
            Map<URI, URI> replacedAddresses,
            Optional<Path> identitiesFile,
            Optional<AddressPolicy> clusterAddresses) {

        public Options {
            if (port < 0 || port > 65_535) {
                throw new InvalidConfigurationException(List.of("the port must be from 0 to 65535, not " + port));
            }
        }

        /** Options for the real clusters. */
        public Options(String host, int port, Path data, List<Identity> identities, Map<URI, URI> replacedAddresses) {
            this(host, port, data, identities, replacedAddresses, Optional.empty(), Optional.empty());
        }
    }

    private LocalServer(
            HttpListener listener,
            Routes routes,
            String issuer,
            OpenStores stores,
            Optional<KeyTimer> timer,
            List<String> warnings) {
        this.listener = listener;
        this.routes = routes;
        this.issuer = issuer;
        this.stores = stores;
        this.timer = timer;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * @throws InvalidConfigurationException saying what is wrong with the variables, the data folder or the identities
     * @throws IllegalStateException if the server does not start, for example because the port is taken
     */
    public static LocalServer start(Environment environment, Options options) {
        int port = options.port() == 0 ? freePort() : options.port();
        // Before anything is started.
        List<Seeding.Seed> seeds = options.identitiesFile().isEmpty()
                ? List.of()
                : new IdentitiesFile(Providers.DOCUMENTS)
                        .read(options.identitiesFile().get());
        try {
            Files.createDirectories(options.data());
            Settings settings = Settings.forServing(withDefaults(environment.variables(), port, options));
            SecretCipher cipher = SecretCiphers.with(settings.encryptionKey(), environment);
            ServeFiles files = new ServeFiles(options.data());
            OpenStores stores = OpenStores.open(settings.store(), environment, files);
            Optional<KeyTimer> timer = Optional.empty();
            try {
                Seeding seeding =
                        new Seeding(stores.stores().identities(), Providers.DOCUMENTS, cipher, environment.clock());
                SeedsAtStart atStart = new SeedsAtStart(seeding, new LogLine(environment));
                List<String> warnings = new ArrayList<>(atStart.store(given(options.identities()), Optional.empty()));
                warnings.addAll(atStart.store(seeds, options.identitiesFile()));
                OpenKeys keys = OpenKeys.open(settings, environment, files);
                timer = startTimer(keys, environment);
                Stores all = stores.stores().with(keys.keys());
                Routes routes = routes(environment, settings, all, options, cipher);
                Endpoint endpoint = new Endpoint(environment, settings.forwardedHops(), routes);
                return new LocalServer(
                        HttpListener.serve(endpoint, options.host(), port),
                        routes,
                        settings.issuer().url(),
                        stores,
                        timer,
                        warnings);
            } catch (Refused | RuntimeException | IOException e) {
                timer.ifPresent(KeyTimer::close);
                stores.close();
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

    private static List<Seeding.Seed> given(List<Identity> identities) {
        return identities.stream()
                .map(identity ->
                        new Seeding.Seed(identity.id(), new LinkedHashMap<>(Providers.DOCUMENTS.write(identity))))
                .toList();
    }

    /** The failure in words, where the message would be only a file name. */
    public static String why(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "access to " + denied.getFile() + " is denied";
        }
        return e instanceof FileAlreadyExistsException file
                ? file.getFile() + " is not a folder"
                : String.valueOf(e.getMessage());
    }

    /** Every route, with the given stores. */
    public static Routes routes(
            Environment environment, Settings settings, Stores stores, Options options, SecretCipher cipher) {
        AddressPolicy clusterAddresses = options.clusterAddresses().orElse(settings.addresses());
        VerifierContext context = new VerifierContext(
                options.replacedAddresses(),
                environment.fetcher(),
                new HttpsGuardedHosts(clusterAddresses),
                cipher,
                settings.issuer().url());
        Login.Services login = stores.forLogin(environment, settings);
        return new Routes()
                .addAll(GcpLoginFunction.routes(login, context))
                .addAll(AzureLoginFunction.routes(login, context))
                .addAll(K8sLoginFunction.routes(login, context))
                .addAll(AwsLoginFunction.routes(login, context))
                .addAll(UniversalLoginFunction.routes(login))
                .addAll(JwtLoginFunction.routes(login, context))
                .addAll(RenewFunction.routes(environment, settings, stores))
                .addAll(TokenFunction.routes(environment, settings, stores, context))
                .addAll(IntrospectionFunction.routes(environment, settings, stores, context))
                .addAll(AdminFunction.routes(environment, settings, stores, cipher))
                .addAll(discovery(environment, settings, stores));
    }

    private static Routes discovery(Environment environment, Settings settings, Stores stores) {
        String issuer = settings.issuer().url();
        return stores.keys().isPresent()
                ? Discovery.routes(issuer, stores.keys().get(), environment.clock())
                : Discovery.routes(issuer, settings.keys());
    }

    private static Optional<KeyTimer> startTimer(OpenKeys keys, Environment environment) {
        Optional<KeyTimer> timer =
                keys.access().map(access -> new KeyTimer(new KeyTask(access.rotation(), environment), keys));
        timer.ifPresent(KeyTimer::start);
        return timer;
    }

    private static Map<String, String> withDefaults(Map<String, String> variables, int port, Options options)
            throws IOException {
        Map<String, String> all = new HashMap<>(new ServeFiles(options.data()).withKeys(variables));
        all.putIfAbsent("SALLYPORT_ISSUER", "http://" + options.host() + ":" + port);
        return all;
    }

    /** A port that was free a moment ago. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no port is free", e);
        }
    }

    public int port() {
        return listener.port();
    }

    public String issuer() {
        return issuer;
    }

    /** What the given identities ask for and did not get. */
    public List<String> warnings() {
        return warnings;
    }

    /** A description of the store. */
    public String storeName() {
        return stores.name();
    }

    /** Every path, with the methods it accepts. */
    public Map<String, List<String>> routes() {
        return routes.table();
    }

    /** Answers current requests first, which need open stores. */
    @Override
    public void close() {
        try {
            listener.close();
        } finally {
            timer.ifPresent(KeyTimer::close);
            stores.close();
        }
    }
}
