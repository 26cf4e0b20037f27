package io.sallyport.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import io.sallyport.http.PathTemplate;
import io.sallyport.testing.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The parts of docs/openapi.yaml that tests use. */
final class ApiDescription {
    static final ObjectMapper JSON = new ObjectMapper();
    static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    /** A component next to a schema, to which it refers, is not a constraint. */
    private static final Dialect DIALECT = Dialect.builder(Dialects.getDraft202012())
            .keyword(new NonValidationKeyword("components"))
            .build();

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDialect(
            DIALECT,
            registry -> registry.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    private final JsonNode document;

    private ApiDescription(JsonNode document) {
        this.document = document;
    }

    static ApiDescription read() {
        try {
            return new ApiDescription(new YAMLMapper()
                    .readTree(Path.of("..", "docs", "openapi.yaml").toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param method in upper case */
    record Operation(String method, String path, JsonNode node) {
        String id() {
            return node.path("operationId").asText();
        }

        Set<String> statuses() {
            return names(node.path("responses"));
        }

        /** Whether it is called with an access token only. */
        boolean takesBearerAlone() {
            return node.path("security").size() == 1
                    && node.path("security").get(0).has("bearer");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    JsonNode document() {
        return document;
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(member -> METHODS.contains(member.getKey()))
                        .forEach(member -> operations.add(new Operation(
                                member.getKey().toUpperCase(Locale.ROOT), path.getKey(), member.getValue()))));
        return operations;
    }

    /** The operations of a path as a caller writes it; empty if there are none. */
    List<Operation> operationsAt(String path) {
        List<Operation> exact =
                operations().stream().filter(each -> each.path().equals(path)).toList();
        return exact.isEmpty()
                ? operations().stream()
                        .filter(each ->
                                new PathTemplate(each.path()).match(path).isPresent())
                        .toList()
                : exact;
    }

    /** What a reference refers to; anything else is returned as it is. */
    JsonNode resolved(JsonNode node) {
        if (!node.has("$ref")) {
            return node;
        }
        JsonNode target = document.at(node.path("$ref").asText().substring(1));
        if (target.isMissingNode()) {
            throw new AssertionError("nothing at " + node);
        }
        return resolved(target);
    }

    /** How an answer differs from its description. */
    List<String> objections(JsonNode responseOrReference, RawHttp.Answer answer, boolean withBody) {
        JsonNode response = resolved(responseOrReference);
        List<String> objections = new ArrayList<>();
        response.path("headers").properties().forEach(header -> {
            JsonNode described = resolved(header.getValue());
            Optional<String> value = Optional.ofNullable(answer.headers().get(header.getKey()));
            if (value.isEmpty() && described.path("required").asBoolean()) {
                objections.add("there is no " + header.getKey());
            }
            value.ifPresent(text -> objections.addAll(objections(described.path("schema"), new TextNode(text))));
        });
        JsonNode content = response.path("content");
        if (content.isMissingNode() || !withBody) {
            if (!answer.body().isEmpty()) {
                objections.add("there is a body: " + answer.body());
            }
            return objections;
        }
        if (!answer.header("Content-Type").replace(" ", "").equalsIgnoreCase("application/json;charset=utf-8")) {
            objections.add("Content-Type is " + answer.header("Content-Type"));
        }
        try {
            objections.addAll(
                    objections(content.path("application/json").path("schema"), JSON.readTree(answer.body())));
        } catch (IOException e) {
            objections.add("no JSON: " + answer.body());
        }
        return objections;
    }

    /** Why an instance is not valid under a schema of the description. */
    List<String> objections(JsonNode schema, JsonNode instance) {
        ObjectNode whole = JSON.createObjectNode();
        whole.putArray("allOf").add(schema);
        // Where the references in the schema point.
        whole.set("components", document.path("components"));
        return SCHEMAS.getSchema(whole).validate(instance).stream()
                .map(ApiDescription::text)
                .toList();
    }

    private static String text(Error error) {
        return error.getInstanceLocation() + ": " + error.getMessage() + " (" + error.getEvaluationPath() + ")";
    }

    /** The example of a request's body in that media type; empty if the operation does not accept it. */
    Optional<JsonNode> exampleBody(Operation operation, String mediaType) {
        JsonNode example = operation
                .node()
                .path("requestBody")
                .path("content")
                .path(mediaType)
                .path("example");
        return example.isMissingNode() ? Optional.empty() : Optional.of(example);
    }

    static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
