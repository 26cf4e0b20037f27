package io.sallyport.cli.keys;

import io.sallyport.runtime.Environment;
import io.sallyport.server.ServeFiles;
import io.sallyport.settings.Variables;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the key file. */
final class KeyFileOptions {
    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "File of the keys (signing-keys.json in the data folder).")
    private @Nullable Path file;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "${user.home}/.sallyport",
            description = "Data folder of sallyport serve (${DEFAULT-VALUE}).")
    private Path data = Path.of("");

    /** The managed keys, if the variables say that keys are managed, and no file is named. */
    Optional<ManagedKeyTool> managed(Environment environment) {
        Variables variables = new Variables(environment.variables());
        return file == null && variables.begins("SALLYPORT_SIGNING_KEYS", "managed:")
                ? Optional.of(new ManagedKeyTool(environment, new ServeFiles(data)))
                : Optional.empty();
    }

    KeyFile file() {
        return new KeyFile(Optional.ofNullable(file).orElseGet(() -> data.resolve("signing-keys.json")));
    }
}
