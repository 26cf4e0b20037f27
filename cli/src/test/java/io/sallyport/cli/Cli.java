package io.sallyport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Input;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.runtime.Environment;
import io.sallyport.testing.TestEnvironment;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/**
 * The command line on a data folder, as a shell runs it: arguments and standard input in, two streams and an exit code
 * out.
 */
public record Cli(Environment environment, Path data) {
    public Cli(Path data) {
        this(new TestEnvironment().environment(), data);
    }

    /** A command's result. */
    public record Outcome(int exitCode, String out, String err) {
        public Outcome exits(int code) {
            assertThat(exitCode).as(out + err).isEqualTo(code);
            return this;
        }

        public Map<String, Object> json() {
            try {
                return Json.parseObject(out);
            } catch (MalformedJsonException e) {
                throw new AssertionError(out, e);
            }
        }
    }

    public Outcome run(String... arguments) {
        return runWith("", arguments);
    }

    /** @param input on standard input */
    public Outcome runWith(String input, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--data=" + data);
        return execute(input, all);
    }

    /** Without the data folder's option. */
    public Outcome execute(String input, List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine(environment, new Input(new ByteArrayInputStream(input.getBytes(UTF_8))))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    /** Runs a command that must succeed. */
    public Outcome done(String... arguments) {
        return run(arguments).exits(ExitCode.DONE);
    }

    @SuppressWarnings("unchecked")
    public Map<String, Object> shown(String id) {
        return (Map<String, Object>)
                done("identity", "show", id, "--output=json").json().get("identity");
    }
}
