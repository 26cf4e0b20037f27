package io.sallyport.azureapp;

import io.sallyport.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The route table, as far as the archives are concerned. */
final class RouteTable {
    static final Path FILE = Path.of("../terraform/modules/routes/routes.json");

    private RouteTable() {}

    /** @param archive that its class is in */
    record Row(String archive, String type) {
        /** Of its class, in an archive. */
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
