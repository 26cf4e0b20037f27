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
            "Creates and rotates signing keys: next (published) -> current (signs) -> retired (published until its last"
                    + " token has expired) -> removed. Refuses a step that could break a token that is still valid.",
            "After every change, deploy the file to every instance and restart it: instances read the file at start.",
            "If SALLYPORT_SIGNING_KEYS begins with managed: and no --file is given, the keys are those that Sallyport"
                    + " generates itself: in the data folder, or in SALLYPORT_KEY_DATABASE. Then nothing has to be deployed."
        },
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done, or nothing to do",
            "1:Cloud KMS or the file system failed; nothing has changed; try again",
            "2:wrong usage, or the keys do not allow it; nothing has changed",
            "3:too early; try again at the printed time"
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
                .addSubcommand(new Public(environment));
    }

    @Command(
            name = "generate",
            description = "Creates a file with one key, which is current. Never changes an existing file.")
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
            if (file.managed(environment).isPresent()) {
                throw new KeyFileException("the keys are managed: sallyport keys rotate makes the first one too");
            }
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
                "Takes the next step of a rotation to a new signing key.",
                "Without a next key: adds one, which is published but does not sign yet. With a next key that every"
                        + " verifier knows (after the rollout and the 300 s for which keys are cached): makes it current and"
                        + " retires the old one."
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
                        "For emergencies: makes the next key, or a new one, sign at once. Verifiers that have cached"
                                + " the keys refuse its tokens until they fetch the keys again.")
        private boolean force;

        @Option(
                names = "--due",
                description =
                        "Of managed keys: makes the next one only if it is due. For a timer, at least once a day.")
        private boolean due;

        @Spec
        private @Nullable CommandSpec spec;

        Rotate(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() throws IOException {
            Optional<ManagedKeyTool> managed = file.managed(environment);
            if (managed.isPresent()) {
                if (fresh.isAskedFor()) {
                    throw new KeyFileException("the keys are managed: SALLYPORT_KEY_ALGORITHM says of which kind, and"
                            + " SALLYPORT_SIGNING_KEYS what encrypts them");
                }
                return tell(spec, managed.get().rotate(force, due));
            }
            if (due) {
                throw new KeyFileException("--due is for managed keys: a file's keys have no schedule");
            }
            Rotation rotation = new Rotation(waits.waits(), environment.clock().instant(), force);
            return tell(spec, file.file().change(keys -> {
                if (keys.next().isPresent() && fresh.isAskedFor()) {
                    throw new KeyFileException("there is already a next key, so none is created: omit --algorithm and"
                            + " --kms, or remove the next key with sallyport keys retire --key "
                            + keys.next().get().keyId());
                }
                return rotation.rotate(keys, () -> fresh.next(keys, environment));
            }));
        }
    }

    @Command(
            name = "retire",
            description = {
                "Removes retired keys whose last token has certainly expired.",
                "With --key, a next key, which never signed, can be removed at any time."
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
                description = "With --key, for a key that may have leaked: removes it at once. Its tokens are refused"
                        + " from then on, or by verifiers that have cached the keys, once they fetch the keys again.")
        private boolean force;

        @Spec
        private @Nullable CommandSpec spec;

        Retire(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() throws IOException {
            if (force && key == null) {
                throw new KeyFileException("--force needs --key: the one key to remove at once");
            }
            Optional<ManagedKeyTool> managed = file.managed(environment);
            if (managed.isPresent()) {
                return tell(spec, managed.get().retire(Optional.ofNullable(key), force));
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
            description =
                    "Prints the public keys as a JWK set, for SALLYPORT_PUBLIC_KEYS of functions that publish keys"
                            + " and verify tokens but must not sign.")
    private static final class Public implements Callable<Integer> {
        private final Environment environment;

        @Mixin
        private KeyFileOptions file = new KeyFileOptions();

        @Spec
        private @Nullable CommandSpec spec;

        Public(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() throws IOException {
            Optional<ManagedKeyTool> managed = file.managed(environment);
            if (managed.isPresent()) {
                out(spec).println(managed.get().publicKeys());
                return 0;
            }
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
