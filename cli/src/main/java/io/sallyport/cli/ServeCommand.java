package io.sallyport.cli;

import io.sallyport.cli.command.ServeArguments;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description = {
            "Serves every route in one process.",
            "Stores identities in an embedded database in the data folder, or in Firestore if SALLYPORT_STORE is"
                    + " firestore:PROJECT/DATABASE. The first start creates a signing key in the data folder,"
                    + " unless SALLYPORT_SIGNING_KEYS or SALLYPORT_SIGNING_KEYS_FILE gives one, and a key that encrypts"
                    + " secrets, unless SALLYPORT_ENCRYPTION_KEY gives one.",
            "On SIGTERM it refuses new connections, answers the requests under way within 20 seconds, and ends."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on (${DEFAULT-VALUE}).")
    private String host = "";

    @Option(names = "--port", defaultValue = "8080", description = "Port to listen on, 0 for any (${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--data",
            defaultValue = "${user.home}/.sallyport",
            description = "Folder of the embedded database and the keys (${DEFAULT-VALUE}).")
    private Path data = Path.of("");

    @Option(
            names = "--identities",
            paramLabel = "FILE",
            description =
                    "YAML file of identities to store at start. Updates identities with the same ids, but never undoes a"
                            + " revocation: what was disabled, revoked or removed stays so. Logs each change.")
    private @Nullable Path identities;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Serving.run(
                new ServeArguments(host, port, data, Optional.ofNullable(identities)),
                Optional.ofNullable(spec).orElseThrow().commandLine().getErr());
        return 0;
    }
}
