package io.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.method.provider.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The identities that Terraform writes are the ones that we would write. A test of the Terraform module asserts that it
 * writes these documents, in the form of Firestore's REST API ("Value").
 */
class TerraformIdentitiesTest {
    private static final Path DOCUMENTS = Path.of("../terraform/modules/identity/tests/documents.json");

    @ParameterizedTest
    @ValueSource(strings = {"plain", "payments:eu", "signer", "offline", "gateway", "job", "workload"})
    void areWrittenAsWeWouldWriteThem(String id) throws Exception {
        Map<String, Object> fields = document(id);
        fields.remove("lookups");
        assertThat(Providers.DOCUMENTS.write(read(id, fields))).isEqualTo(fields);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "payments:eu", "signer", "offline", "gateway", "job", "workload"})
    void areFoundAsThoseThatWeWrite(String id) throws Exception {
        Map<String, Object> fields = document(id);
        Object lookups = fields.remove("lookups");
        assertThat(lookups)
                .isEqualTo(read(id, fields).identity().lookups().stream()
                        .map(Lookup::key)
                        .sorted()
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "payments:eu", "signer", "offline", "gateway", "job", "workload"})
    void belongToTerraform(String id) throws Exception {
        Map<String, Object> fields = document(id);
        fields.remove("lookups");
        assertThat(read(id, fields).registration().managedBy()).isEqualTo(Optional.of("terraform"));
    }

    private static IdentityRecord read(String id, Map<String, Object> fields) throws Refused {
        return Providers.DOCUMENTS.readStored(new IdentityId(id), fields);
    }

    private static Map<String, Object> document(String id) throws IOException, MalformedJsonException {
        return fields(Json.parseObject(Files.readString(DOCUMENTS)).get(id));
    }

    private static Map<String, Object> fields(Object object) {
        Map<String, Object> fields = new LinkedHashMap<>();
        ((Map<?, ?>) object).forEach((name, value) -> fields.put(String.valueOf(name), value((Map<?, ?>) value)));
        return fields;
    }

    /** As Firestore's client library returns it; in the REST form, an empty list or object has no member. */
    private static Object value(Map<?, ?> typed) {
        Object value = typed.values().iterator().next();
        return switch (String.valueOf(typed.keySet().iterator().next())) {
            case "stringValue", "booleanValue" -> value;
            case "integerValue" -> Long.valueOf((String) value);
            case "mapValue" ->
                fields(((Map<?, ?>) value).containsKey("fields") ? ((Map<?, ?>) value).get("fields") : Map.of());
            case "arrayValue" ->
                ((Map<?, ?>) value)
                        .values().stream()
                                .flatMap(values -> ((Collection<?>) values).stream())
                                .map(element -> value((Map<?, ?>) element))
                                .toList();
            default -> throw new AssertionError("no value of Firestore that we know: " + typed.keySet());
        };
    }
}
