package io.sallyport.bench;

import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file with a program's figures.
 *
 * @param machine in words, and how busy it was
 * @param when in ISO 8601
 */
record Results(String machine, String when, boolean little, Measured measured) {
    /**
     * @param machine its state before anything was measured
     * @return the file that was written
     */
    static Path write(Plan plan, String machine, String program, Measured measured) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("program", program);
        document.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        document.put("machine", machine);
        document.put("load", Machine.load());
        document.put("little", plan.little());
        document.put("rows", measured.rows());
        Path file = file(plan, program);
        Files.createDirectories(file.getParent());
        Files.write(file, Json.write(document));
        return file;
    }

    /** The newest results of a program; empty if it was not run. */
    static Optional<Results> read(Plan plan, String program) throws IOException {
        Path file = file(plan, program);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Map<String, @Nullable Object> document = Json.parseObject(Files.readString(file));
            return Optional.of(new Results(
                    document.get("machine") + "; load average at the end " + document.get("load"),
                    String.valueOf(document.get("when")),
                    Boolean.TRUE.equals(document.get("little")),
                    measured((Map<?, ?>) document.getOrDefault("rows", Map.of()))));
        } catch (MalformedJsonException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static Measured measured(Map<?, ?> rows) {
        Measured measured = new Measured();
        rows.forEach((row, figures) -> ((Map<?, ?>) figures).forEach((figure, samples) -> {
            for (Object sample : (Iterable<?>) samples) {
                measured.add(String.valueOf(row), String.valueOf(figure), ((Number) sample).doubleValue());
            }
        }));
        return measured;
    }

    private static Path file(Plan plan, String program) {
        return plan.target("results").resolve(program + ".json");
    }
}
