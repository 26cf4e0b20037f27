package io.sallyport.platforms;

import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A function as the route table has it, from which Terraform deploys it.
 *
 * @param signs whether it gets the signing keys; otherwise it gets the public ones
 * @param unseals whether it gets the encryption key
 * @param stores whether it gets the store
 */
record Function(
        String name,
        String archive,
        String className,
        boolean signs,
        boolean unseals,
        boolean stores,
        List<String> paths) {

    private static final Path TABLE = Path.of("../terraform/modules/routes/routes.json");

    /** All functions by their names. */
    static Map<String, Function> table() {
        Map<String, Function> functions = new LinkedHashMap<>();
        try {
            Json.parseObject(Files.readString(TABLE))
                    .forEach((name, fields) -> functions.put(name, read(name, (Map<?, ?>) fields)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(TABLE + " is not JSON", e);
        }
        return functions;
    }

    private static Function read(String name, Map<?, ?> fields) {
        return new Function(
                name,
                String.valueOf(fields.get("archive")),
                String.valueOf(fields.get("class")),
                Boolean.TRUE.equals(fields.get("signs")),
                Boolean.TRUE.equals(fields.get("unseals")),
                !"none".equals(fields.get("store")),
                ((List<?>) fields.get("paths")).stream().map(String::valueOf).toList());
    }
}
