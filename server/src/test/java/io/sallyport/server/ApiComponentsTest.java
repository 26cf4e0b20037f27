package io.sallyport.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.Providers;
import io.sallyport.method.provider.SchemaField;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The components of docs/openapi.yaml that describe auth methods match the methods' schemas. */
class ApiComponentsTest {
    private static final String COMPONENTS = "#/components/schemas/";

    private final ObjectNode components = MethodSchemas.JSON.createObjectNode();

    @Test
    void areWhatTheSchemasOfMethodsSay() throws Exception {
        MethodSchema any = MethodSchema.of(Providers.DOCUMENTS.providers().all().get(0));
        ObjectNode policy = components.putObject("TokenPolicyFields");
        policy.put("type", "object");
        policy.put(
                "description",
                "What tokens come of a login. A field that is null is removed, and the default applies.");
        policy.set("properties", requested(any.policyFields()));
        Providers.DOCUMENTS.providers().all().forEach(this::add);
        components.forEach(MethodSchemas::withoutExtensions);
        components.forEach(MethodSchemas::withoutLinks);

        String yaml = YAMLMapper.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                .build()
                .writeValueAsString(components);
        GeneratedText.requireRegion(
                Path.of("..", "docs", "openapi.yaml"),
                "# Auth methods: made by ApiComponentsTest",
                "# End of auth methods",
                yaml.indent(4));
    }

    private void add(Provider<?> provider) {
        MethodSchema schema = MethodSchema.of(provider);
        List<SchemaField> fields = schema.fields().stream()
                .filter(field -> field.encrypts().isEmpty())
                .toList();
        addRequest(provider, schema, fields);
        addView(provider, schema, fields);
        ObjectNode answer = components.putObject(schema.title() + "Answer");
        answer.put("type", "object");
        answer.putArray("required").add(provider.answer());
        answer.put("additionalProperties", false);
        refer(answer.putObject("properties").putObject(provider.answer()), schema.title());
        for (SchemaField field : fields) {
            if (field.kind() == SchemaField.Kind.ENTRIES) {
                addEntry(field, provider.makesCredentials());
            }
        }
    }

    /** What a caller may send: any field may be omitted, and null removes it. */
    private void addRequest(Provider<?> provider, MethodSchema schema, List<SchemaField> fields) {
        List<SchemaField> taken = fields.stream()
                .filter(field -> !(provider.makesCredentials()
                        && provider.credentialFields().contains(field.name())))
                .toList();
        ObjectNode request = components.putObject(schema.title() + "Fields");
        request.put(
                "description",
                schema.description()
                        + " A field that is null is removed, as is an optional one with an empty string, list or object.");
        ArrayNode all = request.putArray("allOf");
        refer(all.addObject(), "TokenPolicyFields");
        ObjectNode accepted = requested(taken);
        refer(
                accepted.putObject("identityId")
                        .put("description", "The id in the path, which Infisical's clients repeat."),
                "IdentityId");
        all.addObject().put("type", "object").set("properties", accepted);
        request.put("unevaluatedProperties", false);
        if (provider.makesCredentials()) {
            return;
        }
        ArrayNode whole = components.putObject("New" + schema.title()).putArray("allOf");
        refer(whole.addObject(), schema.title() + "Fields");
        List<SchemaField> required =
                taken.stream().filter(SchemaField::required).toList();
        if (!required.isEmpty()) {
            ObjectNode rule = whole.addObject();
            ArrayNode names = rule.putArray("required");
            ObjectNode properties = rule.putObject("properties");
            for (SchemaField field : required) {
                names.add(field.name());
                properties.putObject(field.name()).putObject("not").put("type", "null");
            }
        }
    }

    private static ObjectNode requested(List<SchemaField> fields) {
        ObjectNode properties = MethodSchemas.JSON.createObjectNode();
        for (SchemaField field : fields) {
            ObjectNode property = properties.putObject(field.name());
            if (field.kind() == SchemaField.Kind.COMMA_LIST) {
                property.put("description", field.description());
                refer(property, "Values");
                continue;
            }
            property.setAll(MethodSchemas.JSON.<ObjectNode>valueToTree(field.schema()));
            if (field.kind() == SchemaField.Kind.ENTRIES) {
                property.remove("items");
                refer(property.putObject("items"), title(field));
            }
            MethodSchemas.allowNull(property);
            if (!field.required() && property.has("pattern") && field.isUnset("")) {
                property.put("pattern", "^$|" + property.path("pattern").asText());
            }
        }
        return properties;
    }

    /** What is shown: lists as one string, no secret, and always the fields with a default. */
    private void addView(Provider<?> provider, MethodSchema schema, List<SchemaField> fields) {
        ObjectNode view = components.putObject(schema.title());
        ArrayNode all = view.putArray("allOf");
        refer(all.addObject(), "MethodView");
        ObjectNode own = all.addObject().put("type", "object");
        ArrayNode required = own.putArray("required");
        ObjectNode properties = own.putObject("properties");
        List<String> ofSomeChoice = excludable(MethodSchemas.JSON.valueToTree(schema.document()));
        for (SchemaField field : fields) {
            if (field.isSensitive()) {
                continue;
            }
            ObjectNode property = properties.putObject(field.name());
            switch (field.kind()) {
                case TEXT, COMMA_LIST -> property.put("type", "string");
                case CHOICE -> field.choices().forEach(property.withArray("enum")::add);
                case NUMBER -> property.put("type", "integer");
                case FLAG -> property.put("type", "boolean");
                case LIST -> property.put("type", "array").putObject("items").put("type", "string");
                case MAP -> property.put("type", "object");
                case ENTRIES -> {
                    property.put("type", "array");
                    refer(property.putObject("items"), title(field));
                }
            }
            boolean always =
                    field.required() || field.defaultValue().isPresent() || field.kind() == SchemaField.Kind.COMMA_LIST;
            if (always && !ofSomeChoice.contains(field.name())) {
                required.add(field.name());
            }
        }
        provider.secret().ifPresent(secret -> {
            String has = "has" + Character.toUpperCase(secret.plain().charAt(0))
                    + secret.plain().substring(1);
            required.add(has);
            properties.putObject(has).put("type", "boolean");
        });
        view.put("unevaluatedProperties", false);
    }

    /** The fields that are refused together with some value of another. */
    private static List<String> excludable(JsonNode schema) {
        List<String> names = new ArrayList<>();
        schema.findValues("then")
                .forEach(then -> then.path("properties").properties().forEach(property -> {
                    if (property.getValue().isBoolean()) {
                        names.add(property.getKey());
                    }
                }));
        return names;
    }

    private void addEntry(SchemaField list, boolean shownOnly) {
        ObjectNode entry = components.putObject(title(list));
        entry.put("type", "object");
        ArrayNode required = entry.putArray("required");
        entry.put("additionalProperties", false);
        ObjectNode properties = entry.putObject("properties");
        for (SchemaField field : list.entryFields()) {
            if (shownOnly && field.isSensitive()) {
                continue;
            }
            ObjectNode property = properties.putObject(field.name());
            if (shownOnly && field.isTime()) {
                refer(property, "Time");
            } else {
                property.setAll(MethodSchemas.JSON.<ObjectNode>valueToTree(field.schema()));
            }
            if (field.required() || (shownOnly && field.defaultValue().isPresent())) {
                required.add(field.name());
            }
        }
    }

    private static String title(SchemaField list) {
        return MethodSchemas.JSON
                .valueToTree(list.schema())
                .path("items")
                .path("title")
                .asText();
    }

    private static void refer(ObjectNode node, String component) {
        node.put("$ref", COMPONENTS + component);
    }
}
