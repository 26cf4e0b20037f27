package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.sallyport.server.ApiDescription.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/openapi.yaml is valid and complete, and no more permissive than necessary. */
class ApiDescriptionTest {
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final ApiDescription description = ApiDescription.read();
    private final JsonNode document = description.document();

    @Test
    void hasTheShapeOfAnOpenApiDescription() throws IOException {
        try (InputStream shape = ApiDescriptionTest.class.getResourceAsStream("/openapi-shape.yaml")) {
            JsonNode schema = new YAMLMapper().readTree(Objects.requireNonNull(shape));
            assertThat(SCHEMAS.getSchema(schema).validate(document)).isEmpty();
        }
    }

    @Test
    void everySchemaIsOne() {
        List<JsonNode> schemas = document.findValues("schema");
        schemas.addAll(children(document.path("components").path("schemas")));
        assertThat(schemas).hasSizeGreaterThan(100);
        for (JsonNode schema : schemas) {
            assertThat(SCHEMAS.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                            .validate(schema))
                    .as(schema.toString())
                    .isEmpty();
        }
    }

    @Test
    void everyObjectSaysWhetherThereMayBeMore() {
        Set<String> open = ApiDescription.names(document.path("components").path("schemas")).stream()
                .filter(name ->
                        isOpen(document.path("components").path("schemas").path(name)))
                .collect(Collectors.toSet());
        // The first six are requests in which unknown fields are ignored; the others are parts of closed ones.
        assertThat(open)
                .containsExactlyInAnyOrder(
                        "LoginRequest",
                        "AwsLoginRequest",
                        "UniversalLoginRequest",
                        "AccessTokenRequest",
                        "ClientSecretRequest",
                        "ClientAuthenticationFields",
                        "TokenPolicyFields",
                        "MethodView");
    }

    private static boolean isOpen(JsonNode schema) {
        return schema.path("type").asText().equals("object") && !schema.has("additionalProperties");
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryComponentIsReferredTo() {
        Set<String> references =
                document.findValuesAsText("$ref").stream().collect(Collectors.toCollection(HashSet::new));
        assertThat(references)
                .allMatch(reference -> !document.at(reference.substring(1)).isMissingNode());
        List<String> components = new ArrayList<>();
        document.path("components").properties().stream()
                .filter(kind -> !kind.getKey().equals("securitySchemes"))
                .forEach(kind -> ApiDescription.names(kind.getValue())
                        .forEach(name -> components.add("#/components/" + kind.getKey() + "/" + name)));
        assertThat(references).containsExactlyInAnyOrderElementsOf(components);
    }

    @Test
    void everyOperationIsNamedOnceAndExplained() {
        List<Operation> operations = description.operations();
        assertThat(operations.stream().map(Operation::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z][A-Za-z]+"));
        assertThat(operations.stream()
                        .map(operation -> operation.node().path("summary").asText()))
                .doesNotHaveDuplicates()
                .doesNotContain("");
        Set<String> tags = new HashSet<>(document.path("tags").findValuesAsText("name"));
        assertThat(operations).allSatisfy(operation -> {
            assertThat(operation.node().path("tags")).hasSize(1);
            assertThat(tags).contains(operation.node().path("tags").path(0).asText());
            assertThat(operation.node().has("security")).isTrue();
            for (JsonNode way : operation.node().path("security")) {
                assertThat(ApiDescription.names(document.path("components").path("securitySchemes")))
                        .containsAll(ApiDescription.names(way));
            }
        });
    }

    @Test
    void everyOperationSaysHowItIsRefusedAndHowItFails() {
        assertThat(description.operations()).allSatisfy(operation -> {
            assertThat(operation.statuses()).contains("200");
            if (operation.path().startsWith("/.well-known/")) {
                assertThat(operation.statuses()).containsExactlyInAnyOrder("200", "304");
            } else {
                assertThat(operation.statuses()).contains("500", "503", "504").containsAnyOf("401", "403");
            }
        });
    }

    @Test
    void everyParameterOfAPathIsDescribed() {
        Pattern parameter = Pattern.compile("\\{([A-Za-z]+)}");
        assertThat(description.operations()).allSatisfy(operation -> {
            List<String> described = new ArrayList<>();
            for (JsonNode reference : operation.node().path("parameters")) {
                JsonNode known = description.resolved(reference);
                if (known.path("in").asText().equals("path")) {
                    described.add(known.path("name").asText());
                }
            }
            assertThat(described)
                    .containsExactlyElementsOf(parameter
                            .matcher(operation.path())
                            .results()
                            .map(MatchResult::group)
                            .map(name -> name.substring(1, name.length() - 1))
                            .toList());
        });
    }

    @Test
    void everyExampleIsValid() {
        List<JsonNode> examples = document.findParents("example");
        assertThat(examples)
                .hasSizeGreaterThan(30)
                .allSatisfy(holder -> assertThat(description.objections(holder.path("schema"), holder.path("example")))
                        .as(holder.path("example").toString())
                        .isEmpty());
        for (JsonNode holder : document.findParents("examples")) {
            holder.path("examples")
                    .forEach(example ->
                            assertThat(description.objections(holder, example)).isEmpty());
        }
    }

    @Test
    void refusesWhatIsNotDescribed() throws IOException {
        JsonNode answer = ApiDescription.JSON.readTree("{\"message\":\"m\",\"more\":1}");
        assertThat(description.objections(
                        document.path("components").path("schemas").path("Message"), answer))
                .hasSize(1);
    }

    private static List<JsonNode> children(JsonNode object) {
        List<JsonNode> children = new ArrayList<>();
        object.forEach(children::add);
        return children;
    }
}
