package io.sallyport.cli.command;

import io.sallyport.admin.Registry;
import io.sallyport.identity.document.SecretMaker;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.SecretCiphers;
import io.sallyport.runtime.StoreSettings;
import io.sallyport.server.OpenStores;
import io.sallyport.server.ServeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import picocli.CommandLine.Option;

/** The store that a command works on: the one that {@code sallyport serve} uses with the same variables and options. */
public class StoreOptions {
    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "${user.home}/.sallyport",
            description = "Data folder of sallyport serve, with its store and keys (${DEFAULT-VALUE}), unless"
                    + " SALLYPORT_STORE=firestore:PROJECT/DATABASE and SALLYPORT_ENCRYPTION_KEY name others.")
    private Path data = Path.of("");

    private final Environment environment;

    public StoreOptions(Environment environment) {
        this.environment = environment;
    }

    /** An open store with its registry. */
    public record OpenRegistry(OpenStores open, Registry registry) implements AutoCloseable {
        @Override
        public void close() {
            open.close();
        }
    }

    public Environment environment() {
        return environment;
    }

    public ServeFiles data() {
        return new ServeFiles(data);
    }

    /**
     * Opens the store.
     *
     * @throws IOException if it cannot be used, or does not exist: a misspelled folder must not be created just to list
     *     nothing
     */
    public OpenRegistry open() throws IOException {
        return open(false);
    }

    /**
     * Opens the store; creates the embedded one if it does not exist.
     *
     * @throws IOException if it cannot be used
     */
    public OpenRegistry openOrMake() throws IOException {
        return open(true);
    }

    private OpenRegistry open(boolean make) throws IOException {
        Quiet.logs();
        boolean isElsewhere =
                StoreSettings.read(environment.variables()).store().isPresent();
        if (!isElsewhere) {
            if (make) {
                Files.createDirectories(data);
            } else if (!Files.exists(data().database())) {
                throw new IOException(
                        "there is no store in " + data
                                + ": pass its folder with --data, or set SALLYPORT_STORE; sallyport identity create creates one");
            }
        }
        Map<String, String> variables = isElsewhere
                ? data().withEncryptionKeyIfThere(environment.variables())
                : data().withEncryptionKey(environment.variables());
        StoreSettings settings = StoreSettings.read(variables);
        OpenStores open = OpenStores.open(settings.store(), environment, data());
        return new OpenRegistry(
                open,
                new Registry(
                        open.stores().identities(),
                        Providers.DOCUMENTS,
                        SecretCiphers.with(settings.encryptionKey(), environment),
                        environment.clock(),
                        StoreOptions::randomSecret));
    }

    private static byte[] randomSecret() {
        byte[] random = new byte[SecretMaker.BYTES];
        new SecureRandom().nextBytes(random);
        return random;
    }
}
