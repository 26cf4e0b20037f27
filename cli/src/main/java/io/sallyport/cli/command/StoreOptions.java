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

/** Which store a command works on: the one that {@code sallyport serve} has with the same variables and options. */
public class StoreOptions {
    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "${user.home}/.sallyport",
            description = "Data folder of sallyport serve, whose store and keys are meant (${DEFAULT-VALUE}) unless"
                    + " SALLYPORT_STORE=firestore:PROJECT/DATABASE and SALLYPORT_ENCRYPTION_KEY name others.")
    private Path data = Path.of("");

    private final Environment environment;

    public StoreOptions(Environment environment) {
        this.environment = environment;
    }

    /** The identities of an open store. */
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
     * @throws IOException if it cannot be used, or is not there: nobody looks for identities where a misspelt folder would
     *     have to be made first
     */
    public OpenRegistry open() throws IOException {
        return open(false);
    }

    /** The same, the embedded store made if it is not there. */
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
                throw new IOException("there is no store in " + data
                        + ": say where it is by --data or SALLYPORT_STORE; sallyport identity create makes one");
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
