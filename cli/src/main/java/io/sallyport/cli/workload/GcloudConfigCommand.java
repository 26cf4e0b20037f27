package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.cli.command.OptionFaults;
import io.sallyport.server.PrivateFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "gcloud-config",
        description = {
            "Writes the credential file with which gcloud and every Google library log in through Sallyport, for a workload"
                    + " identity pool provider that trusts it (docs/federation.md). The file contains no secret.",
            "With --source executable, libraries run \"sallyport gcloud-token\" and need"
                    + " GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1; with --source file, they read a file that is kept fresh."
        },
        mixinStandardHelpOptions = true)
public final class GcloudConfigCommand implements Callable<Integer> {
    /** The property in which the launcher passes its path. */
    static final String COMMAND_PROPERTY = "sallyport.command";

    private static final Pattern SERVICE_ACCOUNT =
            Pattern.compile("[a-z0-9][a-z0-9-]{0,62}@[a-z0-9][a-z0-9.-]{0,200}\\.gserviceaccount\\.com");
    private static final int MIN_LENGTH = 600;
    private static final int MAX_LENGTH = 43_200;

    /** Where libraries get Sallyport's token. */
    enum Source {
        EXECUTABLE,
        FILE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(names = "--project-number", description = "The number of the pool's project.")
    private String projectNumber = "";

    @Option(names = "--pool", paramLabel = "ID", description = "The workload identity pool.")
    private String pool = "";

    @Option(names = "--provider", paramLabel = "ID", description = "The pool's provider for Sallyport.")
    private String provider = "";

    @Option(
            names = "--service-account",
            paramLabel = "EMAIL",
            description = "The service account to impersonate. Without it, the identity calls Google's APIs directly.")
    private @Nullable String serviceAccount;

    @Option(
            names = "--service-account-lifetime",
            paramLabel = "SECONDS",
            description =
                    "Lifetime of the service account's tokens, 600 to 43200; more than 3600 needs an organization policy.")
    private @Nullable Integer lifetime;

    @Option(
            names = "--source",
            defaultValue = "executable",
            description = "Where libraries get Sallyport's token: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Source source = Source.EXECUTABLE;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "With --source file: a file that holds Sallyport's token for the provider and is kept fresh.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            description = "With --source executable: where the token is cached while it is valid.")
    private @Nullable Path outputFile;

    @Option(
            names = "--command",
            paramLabel = "FILE",
            defaultValue = "${sys:" + COMMAND_PROPERTY + "}",
            description = "With --source executable: the path of sallyport on the workload's machine (its path here).")
    private @Nullable Path command;

    @Option(names = "--out", paramLabel = "FILE", description = "File to write (standard output).")
    private @Nullable Path out;

    @Option(names = "--force", description = "Overwrites an existing file.")
    private boolean force;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        String json = config().json();
        if (out == null) {
            var terminal = Optional.ofNullable(spec).orElseThrow().commandLine().getOut();
            terminal.print(json);
            terminal.flush();
        } else {
            write(out, json);
        }
        return 0;
    }

    private GcloudConfig config() {
        PoolProvider target = new PoolProvider(projectNumber, pool, provider);
        OptionFaults faults = new OptionFaults();
        target.check(faults);
        checkImpersonation(faults);
        if (source == Source.FILE) {
            faults.requirePlainPath("--token-file", orEmpty(tokenFile));
        } else {
            login.check(faults);
            faults.requirePlainPath("--command", orEmpty(command));
            Optional.ofNullable(outputFile).ifPresent(file -> faults.requirePlainPath("--output-file", file));
        }
        faults.throwIfAny();
        return new GcloudConfig(
                target,
                source == Source.FILE
                        ? new GcloudConfig.TokenFile(orEmpty(tokenFile))
                        : new GcloudConfig.Executable(commandLine(), Optional.ofNullable(outputFile)),
                Optional.ofNullable(serviceAccount)
                        .map(email -> new GcloudConfig.Impersonation(
                                email, Optional.ofNullable(lifetime).map(Duration::ofSeconds))));
    }

    private void checkImpersonation(OptionFaults faults) {
        Optional.ofNullable(serviceAccount)
                .ifPresent(email -> faults.requireMatch(
                        SERVICE_ACCOUNT, "--service-account", "a service account's address", email));
        if (lifetime != null) {
            faults.require(
                    lifetime >= MIN_LENGTH && lifetime <= MAX_LENGTH,
                    "--service-account-lifetime",
                    "600 to 43200 seconds",
                    lifetime.toString());
            if (serviceAccount == null) {
                faults.add("--service-account-lifetime needs --service-account");
            }
        }
    }

    private List<String> commandLine() {
        List<String> all = new ArrayList<>(List.of(orEmpty(command).toString(), "gcloud-token"));
        all.addAll(login.arguments());
        return all;
    }

    private void write(Path file, String json) {
        try {
            if (force) {
                PrivateFile.replace(file, json.getBytes(UTF_8));
            } else {
                PrivateFile.create(file, json.getBytes(UTF_8));
            }
        } catch (FileAlreadyExistsException e) {
            throw new IllegalStateException(file + " already exists; --force overwrites it", e);
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be written: " + e, e);
        }
    }

    private static Path orEmpty(@Nullable Path path) {
        return path == null ? Path.of("") : path;
    }
}
