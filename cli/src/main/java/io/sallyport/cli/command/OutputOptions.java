package io.sallyport.cli.command;

import io.sallyport.admin.RedactedIdentity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.json.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a command prints: for people or for programs. */
public final class OutputOptions {
    @Option(
            names = "--output",
            paramLabel = "FORM",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Form form = Form.table;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /** Spelled as on the command line. */
    enum Form {
        table,
        json
    }

    public boolean isJson() {
        return form == Form.json;
    }

    /** Prints one JSON object on one line, whatever the form. */
    public void json(Map<String, ? extends @Nullable Object> object) {
        out().println(Json.writeLine(object));
    }

    /** Prints rows below a heading, with columns as wide as they need to be. */
    public void table(List<String> heading, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(heading);
        rows.stream().map(row -> row.stream().map(Printable::text).toList()).forEach(all::add);
        int[] widths = new int[heading.size()];
        all.forEach(row -> {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out().println(line.toString().stripTrailing());
        }
    }

    /** Prints every field of a document on a separate line, named by its path. */
    public void lines(Map<String, ? extends @Nullable Object> document) {
        List<List<String>> rows = new ArrayList<>();
        flatten("", document, rows);
        table(List.of("FIELD", "VALUE"), rows);
    }

    private static void flatten(String way, @Nullable Object value, List<List<String>> rows) {
        if (value instanceof Map<?, ?> object && !object.isEmpty()) {
            String prefix = way.isEmpty() ? "" : way + ".";
            object.forEach((name, member) -> flatten(prefix + name, member, rows));
        } else if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
            for (int i = 0; i < list.size(); i++) {
                flatten(way + "[" + i + "]", list.get(i), rows);
            }
        } else {
            rows.add(List.of(way, text(value)));
        }
    }

    private static String text(@Nullable Object value) {
        if (value instanceof List<?> list) {
            StringJoiner joined = new StringJoiner(", ");
            list.forEach(element -> joined.add(String.valueOf(element)));
            return list.isEmpty() ? "-" : joined.toString();
        }
        return value == null || value.equals("") || value.equals(Map.of()) ? "-" : String.valueOf(value);
    }

    /** Prints a changed identity: a line for people, all of it for programs. */
    public int changed(String done, IdentityRecord record) {
        if (isJson()) {
            json(Map.of("identity", RedactedIdentity.document(record)));
        } else {
            out().println(done + " " + record.id());
        }
        return ExitCode.DONE;
    }

    /** Prints a message for people, beside the result. */
    public void say(String message) {
        commandLine().getErr().println(Printable.text(message));
    }

    public PrintWriter out() {
        return commandLine().getOut();
    }

    public CommandLine commandLine() {
        return Optional.ofNullable(spec).orElseThrow().commandLine();
    }
}
