package io.sallyport.cli.command;

import io.sallyport.settings.InvalidConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command's input from a file or from standard input, since every user of the machine can see a command line.
 */
public record Input(InputStream standard) {
    private static final int MAX_SIZE = 256 * 1024;

    /**
     * The text of a file; {@code -} for standard input.
     *
     * @throws InvalidConfigurationException if it is empty or far too large
     * @throws IOException if it cannot be read
     */
    public String read(Path file) throws IOException {
        boolean isStandard = file.equals(Path.of("-"));
        byte[] bytes;
        if (isStandard) {
            bytes = standard.readNBytes(MAX_SIZE + 1);
        } else {
            try (InputStream stream = Files.newInputStream(file)) {
                bytes = stream.readNBytes(MAX_SIZE + 1);
            }
        }
        String text = new String(bytes, StandardCharsets.UTF_8).trim();
        if (text.isEmpty() || bytes.length > MAX_SIZE) {
            throw new InvalidConfigurationException(
                    List.of((isStandard ? "standard input" : file) + (text.isEmpty() ? " is empty" : " is too large")));
        }
        return text;
    }

    /** The text of a file as {@link #read} returns it; null if no file is named. */
    @Nullable
    public String readIfNamed(@Nullable Path file) throws IOException {
        return file == null ? null : read(file);
    }
}
