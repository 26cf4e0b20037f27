package io.sallyport.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.MethodSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The schemas of auth methods, in the forms that other texts are derived from. */
final class MethodSchemas {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Dialect.Builder DIALECT = Dialect.builder(Dialects.getDraft202012());

    static {
        Stream.of(
                        "x-option",
                        "x-label",
                        "x-file",
                        "x-sensitive",
                        "x-suggested",
                        "x-replaces",
                        "x-replaces-when-changed",
                        "x-key",
                        "x-encrypted",
                        "x-time")
                .forEach(keyword -> DIALECT.keyword(new NonValidationKeyword(keyword)));
    }

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDialect(DIALECT.build());

    private MethodSchemas() {}

    /** The schema of a method as a document may have it: null stands for an absent field. */
    static ObjectNode document(Provider<?> provider) {
        ObjectNode schema = JSON.valueToTree(MethodSchema.of(provider).document());
        nullable(schema);
        return schema;
    }

    static Schema compiled(JsonNode schema) {
        return REGISTRY.getSchema(schema);
    }

    /** Lets optional fields be null, in entries of lists as well. */
    static void nullable(ObjectNode object) {
        List<String> required = new ArrayList<>();
        object.path("required").forEach(name -> required.add(name.asText()));
        object.path("properties").properties().forEach(property -> {
            ObjectNode field = (ObjectNode) property.getValue();
            if (!required.contains(property.getKey())) {
                allowNull(field);
            }
            if (field.path("properties").isObject()) {
                nullable(field);
            }
            if (field.path("items").path("properties").isObject()) {
                nullable((ObjectNode) field.path("items"));
            }
        });
    }

    static void allowNull(ObjectNode field) {
        if (field.path("enum").isArray()) {
            ((ArrayNode) field.path("enum")).addNull();
        }
        JsonNode type = field.path("type");
        if (type.isTextual()) {
            field.putArray("type").add(type.asText()).add("null");
        } else if (type.isArray()) {
            ((ArrayNode) type).add("null");
        }
    }

    /** Removes the keywords for commands and pages. */
    static void withoutExtensions(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            names.stream().filter(name -> name.startsWith("x-")).forEach(object::remove);
        }
        schema.forEach(MethodSchemas::withoutExtensions);
    }

    /** Replaces links in descriptions with their text. */
    static void withoutLinks(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("description").isTextual()) {
            object.put("description", withoutLinks(object.path("description").asText()));
        }
        schema.forEach(MethodSchemas::withoutLinks);
    }

    static String withoutLinks(String markdown) {
        return markdown.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
    }
}
