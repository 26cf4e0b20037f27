package io.sallyport.cli.keys;

import io.sallyport.json.Json;
import io.sallyport.runtime.Environment;
import io.sallyport.token.KeyState;
import io.sallyport.token.KmsKeyVersion;
import io.sallyport.token.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        description = "Lists the keys, each with its next step and the time from which that is possible.")
final class KeysListCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin
    private KeyFileOptions file = new KeyFileOptions();

    @Mixin
    private WaitOptions waits = new WaitOptions();

    @Option(
            names = "--output",
            paramLabel = "FORM",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Output output = Output.table;

    @Spec
    private @Nullable CommandSpec spec;

    /** Spelled as on the command line. */
    enum Output {
        table,
        json
    }

    KeysListCommand(Environment environment) {
        this.environment = environment;
    }

    /**
     * The next possible step of a key.
     *
     * @param command {@code rotate} or {@code retire}
     * @param from when it is possible; empty if the command itself starts the wait, or adds a key
     */
    private record Next(String command, Optional<Instant> from, boolean isPossible) {}

    @Override
    public Integer call() throws IOException {
        Optional<ManagedKeyTool> managed = file.managed(environment);
        if (managed.isPresent()) {
            managed.get().list(KeysCommand.out(spec), output == Output.json);
            return 0;
        }
        Waits wait = waits.waits();
        KeyRing keys = file.file().read();
        if (output == Output.json) {
            KeysCommand.out(spec)
                    .println(Json.writeLine(Map.of(
                            "keys",
                            keys.keys().stream()
                                    .map(key -> json(key, next(key, keys, wait)))
                                    .toList())));
        } else {
            print(keys, wait);
        }
        return 0;
    }

    private Optional<Next> next(SigningKey key, KeyRing keys, Waits wait) {
        if (key.state() == KeyState.CURRENT) {
            return keys.next().isPresent() ? Optional.empty() : Optional.of(new Next("rotate", Optional.empty(), true));
        }
        Optional<Instant> from = wait.over(key);
        boolean isPossible = wait.isOver(key, environment.clock().instant());
        return Optional.of(new Next(key.state() == KeyState.NEXT ? "rotate" : "retire", from, isPossible));
    }

    private static Map<String, Object> json(SigningKey key, Optional<Next> step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kid", key.keyId());
        json.put("alg", key.algorithm().name());
        json.put("state", key.state().text());
        key.since().ifPresent(since -> json.put("since", since.toString()));
        key.kms().ifPresent(version -> json.put("kms", version.name()));
        step.ifPresent(next -> {
            json.put("next", next.command());
            json.put("possible", next.isPossible());
            next.from().ifPresent(from -> json.put("from", from.toString()));
        });
        return json;
    }

    private void print(KeyRing keys, Waits wait) {
        PrintWriter out = KeysCommand.out(spec);
        row(out, List.of("KID", "ALG", "STATE", "SINCE", "NEXT STEP"));
        for (SigningKey key : keys.keys()) {
            row(
                    out,
                    List.of(
                            key.keyId(),
                            key.algorithm().name(),
                            key.state().text(),
                            key.since().map(Instant::toString).orElse("not known"),
                            next(key, keys, wait).map(this::text).orElse("-")
                                    + key.kms().map(KeysListCommand::held).orElse("")));
        }
    }

    private static String held(KmsKeyVersion version) {
        return "  (" + version + ")";
    }

    private String text(Next next) {
        if (next.isPossible()) {
            return next.command() + ": now";
        }
        return next.command() + ": "
                + next.from()
                        .map(from -> from + ", in "
                                + Waits.text(
                                        Duration.between(environment.clock().instant(), from)))
                        .orElse("counts from its first call");
    }

    private static void row(PrintWriter out, List<String> cells) {
        out.printf("%-43s  %-5s  %-7s  %-20s  %s%n", cells.toArray());
    }
}
