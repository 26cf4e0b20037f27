package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * docs/identity.schema.json, with which editors complete identities files, matches the schemas of identities and
 * methods.
 */
class IdentitySchemaTest {
    private static final Path FILE = Path.of("..", "docs", "identity.schema.json");
    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```yaml\n(?:#[^\n]*\n)*(identities:\n.*?)^```");

    @TempDir
    private Path folder;

    @Test
    void isWhatTheSchemasOfIdentitiesAndMethodsSay() throws IOException {
        GeneratedText.requireFile(FILE, pretty(published()));
    }

    private static ObjectNode published() {
        ObjectNode whole = MethodSchemas.JSON.createObjectNode();
        whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        whole.put("title", "Identities of Sallyport");
        whole.put("description", "What sallyport serve --identities reads.");
        whole.put("type", "object");
        whole.putArray("required").add("identities");
        whole.put("additionalProperties", false);
        ObjectNode identities = whole.putObject("properties").putObject("identities");
        identities.put("description", "Who may log in, and how.");
        identities.put("type", "array");
        identities.putObject("items").put("$ref", "#/$defs/identity");
        ObjectNode definitions = whole.putObject("$defs");
        ObjectNode identity =
                MethodSchemas.JSON.valueToTree(MethodSchema.read("/io/sallyport/identity/identity.schema.json"));
        for (Provider<?> provider : Providers.DOCUMENTS.providers().all()) {
            ((ObjectNode) identity.path("properties"))
                    .putObject(provider.field())
                    .put("description", MethodSchema.of(provider).description())
                    .putArray("anyOf")
                    .add(MethodSchemas.JSON.createObjectNode().put("$ref", "#/$defs/" + provider.field()))
                    .add(MethodSchemas.JSON.createObjectNode().put("type", "null"));
        }
        identity.put("additionalProperties", false);
        MethodSchemas.nullable(identity);
        definitions.set("identity", identity);
        for (Provider<?> provider : Providers.DOCUMENTS.providers().all()) {
            definitions.set(provider.field(), MethodSchemas.document(provider));
        }
        definitions.forEach(definition -> ((ObjectNode) definition).remove("$schema"));
        MethodSchemas.withoutExtensions(whole);
        MethodSchemas.withoutLinks(whole);
        return whole;
    }

    private static String pretty(JsonNode json) throws IOException {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        return MethodSchemas.JSON.writer(printer).writeValueAsString(json) + "\n";
    }

    @ParameterizedTest
    @CsvSource({"docs/reference/identity.md, 2", "docs/federation.md, 1"})
    void takesTheExamplesOf(String page, int count) throws Exception {
        List<String> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("..").resolve(page)));
        while (matcher.find()) {
            examples.add(matcher.group(1));
        }
        assertThat(examples).hasSize(count).allSatisfy(example -> {
            assertThat(objections(example)).as(example).isEmpty();
            Path file = Files.writeString(folder.resolve("identities.yaml"), example);
            assertThat(new IdentitiesFile(Providers.DOCUMENTS).read(file)).isNotEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identites: []",
                "identities: [{name: x}]",
                "identities: [{id: 'system:x'}]",
                "identities: [{id: x, rloe: admin}]",
                "identities: [{id: x, managedBy: terraform}]",
                "identities: [{id: x, disabled: 'no'}]",
                "identities: [{id: x, gcpAuth: {type: gce}}]",
                "identities: [{id: x, gcpAuth: {type: gce, allowedServiceAcounts: a}}]",
                "identities: [{id: x, grants: [{audience: a, accessTokenTTL: 0}]}]",
                "identities: [{id: x, audiences: [{name: a, scope: b}]}]",
                "identities: [{id: x, projects: {shop: reader}}]",
                "identities: [{id: x, metadata: [{key: a, text: b}]}]"
            })
    void refuses(String content) throws Exception {
        assertThat(objections(content)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identities: []",
                "identities: [{id: x}]",
                "identities: [{id: x, alias: shop, audiences: a, grants: [b, {audience: c, scopes: 'r, w'}]}]",
                "identities: [{id: x, notBefore: 5, methodNotBefore: {azure: '2026-11-30T16:29:31.123Z'}}]",
                "identities: [{id: x, name: null, projects: {shop: [reader]}, metadata: [{key: a}], gcpAuth: null}]",
                "identities: [{id: x, gcpAuth: {type: gce, allowedProjects: '*', accessTokenTTL: null}}]"
            })
    void takes(String content) throws Exception {
        assertThat(objections(content)).isEmpty();
        Path file = Files.writeString(folder.resolve("identities.yaml"), content);
        assertThat(new IdentitiesFile(Providers.DOCUMENTS).read(file)).isNotNull();
    }

    private static List<String> objections(String yaml) throws IOException {
        Schema schema = MethodSchemas.compiled(MethodSchemas.JSON.readTree(FILE.toFile()));
        return schema.validate(new YAMLMapper().readTree(yaml)).stream()
                .map(Object::toString)
                .toList();
    }
}
