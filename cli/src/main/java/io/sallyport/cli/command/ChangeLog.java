package io.sallyport.cli.command;

import io.sallyport.json.Json;
import io.sallyport.server.LocalServer;
import io.sallyport.server.SigningKeyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A log of changes, one line of JSON each.
 *
 * @param file appended to; {@code -} for {@code err}; empty to log nothing
 */
public record ChangeLog(Optional<Path> file, PrintWriter err) {
    private static final Path STANDARD_ERROR = Path.of("-");

    /**
     * Opens the file, before making a change that could then not be logged.
     *
     * @throws IOException if it cannot be written
     */
    public void requireWritable() throws IOException {
        if (file.isPresent() && !file.get().equals(STANDARD_ERROR)) {
            append(file.get(), "");
        }
    }

    /**
     * Writes a line.
     *
     * @param facts of the change, without secrets
     */
    public void write(String action, Map<String, ? extends @Nullable Object> facts, Instant now) throws IOException {
        if (file.isEmpty()) {
            return;
        }
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("time", now.toString());
        line.put("action", action);
        line.put("by", Map.of("way", "cli", "user", System.getProperty("user.name", "")));
        line.putAll(facts);
        if (file.get().equals(STANDARD_ERROR)) {
            err.println(Json.writeLine(line));
            return;
        }
        try {
            append(file.get(), Json.writeLine(line) + "\n");
        } catch (IOException e) {
            throw new IOException(
                    "the change was made, but could not be recorded in the log: " + LocalServer.why(e), e);
        }
    }

    /** In one write, so that the lines of concurrent commands do not mix. */
    private static void append(Path file, String text) throws IOException {
        try {
            Files.createFile(file, SigningKeyFile.ownerOnly());
        } catch (FileAlreadyExistsException e) {
            // The file exists: its owner decides who may read it.
        }
        Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    }
}
