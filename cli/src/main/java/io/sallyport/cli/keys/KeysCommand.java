package io.sallyport.cli.keys;

import io.sallyport.runtime.Environment;
import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "keys",
        description = {
            "Makes signing keys and rotates them: next (published) -> current (signs) -> retired (published until its last"
                    + " token has expired) -> removed. A step that could break a token that is still valid is refused.",
            "After every change the file has to be brought to every instance: they read it when they start."
        },
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done, or nothing to do",
            "1:could not be done now: Cloud KMS or the file system did not do its part; nothing has changed",
            "2:cannot be done as asked for; nothing has changed",
            "3:too early: to be tried again at the time that is told"
        })
public final class KeysCommand {
    public static final int UNAVAILABLE = 1;
    static final int TOO_EARLY = 3;

    private KeysCommand() {}

    public static CommandLine commandLine(Environment environment) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new Generate(environment))
                .addSubcommand(new Rotate(environment))
                .addSubcommand(new Retire(environment))
                .addSubcommand(new KeysListCommand(environment))
                .addSubcommand(new Public());
    }

    @Command(
            name = "generate",
            description = "Makes a file with one key, which is current. A file that is there stays as it is.")
    private static final class Generate implements Callable<Integer> {
        private final Environment environment;

        @Mixin
        private KeyFileOptions file = new KeyFileOptions();

        @Mixin
        private FreshKey fresh = new FreshKey();

        @Spec
        private @Nullable CommandSpec spec;

        Generate(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() throws IOException {
            KeyRing keys = new KeyRing(List.of(fresh.make(FreshKey.Kind.ES256, KeyState.CURRENT, environment)));
            file.file().create(keys);
            out(spec)
                    .println("made " + keys.current().keyId() + " ("
                            + keys.current().algorithm() + ", current) in "
                            + file.file().path() + ".");
            return 0;
        }
    }

    @Command(
            name = "rotate",
            description = {
                "Takes the next step to a new signing key.",
                "Without a next key: adds one, which is published and does not sign yet. With a next key that every"
                        + " verifier knows, which is after the rollout and the 300 s for which keys are cached:"
                        + " it becomes current, and the old one is retired."
            })
    private static final class Rotate implements Callable<Integer> {
        private final Environment environment;

        @Mixin
        private KeyFileOptions file = new KeyFileOptions();

        @Mixin
        private FreshKey fresh = new FreshKey();

        @Mixin
        private WaitOptions waits = new WaitOptions();

        @Option(
                names = "--force",
                description =
                        "For emergencies: the next key, or a new one, signs at once. Verifiers that have cached the"
                                + " keys refuse its tokens until they fetch them again.")
        private boolean force;

        @Spec
        private @Nullable CommandSpec spec;

        Rotate(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() throws IOException {
            Rotation rotation = new Rotation(waits.waits(), environment.clock().instant(), force);
            return tell(spec, file.file().change(keys -> {
                if (keys.next().isPresent() && fresh.isAskedFor()) {
                    throw new KeyFileException("there is a next key already, so none is made: leave --algorithm and"
                            + " --kms away, or remove it by sallyport keys retire --key "
                            + keys.next().get().keyId());
                }
                return rotation.rotate(keys, () -> fresh.next(keys, environment));
            }));
        }
    }

    @Command(
            name = "retire",
            description = {
                "Removes retired keys whose last token must have expired.",
                "A next key, which never signed, can be removed by its id at any time."
            })
    private static final class Retire implements Callable<Integer> {
        private final Environment environment;

        @Mixin
        private KeyFileOptions file = new KeyFileOptions();

        @Mixin
        private WaitOptions waits = new WaitOptions();

        @Option(names = "--key", paramLabel = "KID", description = "This key only.")
        private @Nullable String key;

        @Option(
                names = "--force",
                description =
                        "With --key, for a key that others may have: it is removed at once. Its tokens are refused"
                                + " from then on, by verifiers that have cached the keys from when they fetch them again.")
        private boolean force;

        @Spec
        private @Nullable CommandSpec spec;

        Retire(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() throws IOException {
            if (force && key == null) {
                throw new KeyFileException("--force needs --key: the one key that must go at once");
            }
            Rotation rotation = new Rotation(waits.waits(), environment.clock().instant(), force);
            Optional<String> one = Optional.ofNullable(key);
            return tell(
                    spec,
                    file.file()
                            .change(keys ->
                                    one.map(id -> rotation.retire(keys, id)).orElseGet(() -> rotation.retire(keys))));
        }
    }

    @Command(
            name = "public",
            description = "Prints the public parts as a JWK set, for SALLYPORT_PUBLIC_KEYS: for what publishes keys and"
                    + " verifies tokens and must not be able to sign.")
    private static final class Public implements Callable<Integer> {
        @Mixin
        private KeyFileOptions file = new KeyFileOptions();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            out(spec)
                    .println(SigningKey.writeSet(file.file().read().keys().stream()
                            .map(SigningKey::publicPart)
                            .toList()));
            return 0;
        }
    }

    private static int tell(@Nullable CommandSpec spec, Rotation.Step step) {
        PrintWriter writer = step.isTooEarly() ? commandLine(spec).getErr() : out(spec);
        step.said().forEach(writer::println);
        return step.isTooEarly() ? TOO_EARLY : 0;
    }

    static PrintWriter out(@Nullable CommandSpec spec) {
        return commandLine(spec).getOut();
    }

    private static CommandLine commandLine(@Nullable CommandSpec spec) {
        return Optional.ofNullable(spec).orElseThrow().commandLine();
    }
}
