package io.sallyport.server;

import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.Providers;
import io.sallyport.method.provider.SchemaField;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of auth method fields in docs/reference/identity.md matches the methods' schemas. */
class FieldTablesTest {
    @Test
    void listTheFieldsOfTheSchemas() throws Exception {
        StringBuilder table = new StringBuilder("\n| field | meaning | default |\n| --- | --- | --- |\n");
        List<Provider<?>> providers = Providers.DOCUMENTS.providers().all();
        for (Provider<?> provider : providers) {
            for (SchemaField field : MethodSchema.of(provider).fields()) {
                if (field.encrypts().isPresent()) {
                    continue;
                }
                boolean isList = field.kind() == SchemaField.Kind.ENTRIES;
                row(table, provider.field() + "." + field.name() + (isList ? "[]" : ""), field);
                if (isList) {
                    field.entryFields().forEach(entry -> row(table, "…." + entry.name(), entry));
                }
            }
        }
        MethodSchema.of(providers.get(0)).policyFields().forEach(field -> row(table, field.name(), field));
        GeneratedText.requireRegion(
                Path.of("..", "docs", "reference", "identity.md"),
                "<!-- Fields of auth methods: made by FieldTablesTest",
                "<!-- End of the fields",
                table.append('\n').toString());
    }

    private static void row(StringBuilder table, String name, SchemaField field) {
        String last = field.required()
                ? "required"
                : field.defaultValue().map(FieldTablesTest::code).orElse("");
        table.append("| `")
                .append(name)
                .append("` | ")
                .append(field.description().replace("](docs/", "](../"))
                .append(choices(field))
                .append(bound(field))
                .append(" | ")
                .append(last)
                .append(last.isEmpty() ? "|\n" : " |\n");
    }

    private static String choices(SchemaField field) {
        List<String> unnamed = field.choices().stream()
                .filter(choice -> !field.description().contains("`" + choice + "`"))
                .toList();
        return unnamed.isEmpty()
                ? ""
                : unnamed.stream().map(FieldTablesTest::code).collect(Collectors.joining(", ", " One of ", "."));
    }

    private static String bound(SchemaField field) {
        return field.schema().get("maximum") instanceof Long most && !field.isTime() ? " At most " + most + "." : "";
    }

    private static String code(Object value) {
        if (value instanceof Collection<?> values) {
            return values.stream().map(FieldTablesTest::code).collect(Collectors.joining(", "));
        }
        return "`" + value + "`";
    }
}
