package io.sallyport.azureapp;

import io.sallyport.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The columns of the route table that concern the archives. */
final class RouteTable {
    static final Path FILE = Path.of("../terraform/modules/routes/routes.json");

    private RouteTable() {}

    /** @param archive the archive that contains its class */
    record Row(String archive, String type) {
        /** The path of its class file in an archive. */
        String file() {
            return type.replace('.', '/') + ".class";
        }
    }

    static List<Row> rows() {
        try {
            return Json.parseObject(Files.readAllBytes(FILE)).values().stream()
                    .map(row -> (Map<?, ?>) row)
                    .map(row -> new Row(String.valueOf(row.get("archive")), String.valueOf(row.get("class"))))
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(FILE + " cannot be read", e);
        }
    }

    static List<String> archives() {
        return rows().stream().map(Row::archive).distinct().toList();
    }
}
