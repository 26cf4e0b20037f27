package io.sallyport.method.provider;

import io.sallyport.identity.document.Provider;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An auth method as its provider describes it: a JSON Schema of the method's fields, then those of its token policy.
 * A field may also have {@code x-…} keywords: {@link SchemaField} lists them.
 */
public final class MethodSchema {
    /** The schema of the fields that every auth method has. */
    public static final String TOKEN_POLICY = "/io/sallyport/identity/token-policy.schema.json";

    /** By {@link Provider#schema()}: each resource is read once, however many identities are shown. */
    private static final Map<String, MethodSchema> SCHEMAS = new ConcurrentHashMap<>();

    private final Map<String, @Nullable Object> document;
    private final List<SchemaField> own;
    private final List<SchemaField> policy;

    private MethodSchema(Map<String, @Nullable Object> own, Map<String, @Nullable Object> policy) {
        this.own = SchemaField.of(own);
        this.policy = SchemaField.of(policy);
        Map<String, @Nullable Object> whole = new LinkedHashMap<>(own);
        Map<String, @Nullable Object> properties = new LinkedHashMap<>(SchemaField.members(own.get("properties")));
        properties.putAll(SchemaField.members(policy.get("properties")));
        whole.put("properties", properties);
        whole.put("additionalProperties", false);
        document = Collections.unmodifiableMap(whole);
    }

    public static MethodSchema of(Provider<?> provider) {
        return SCHEMAS.computeIfAbsent(
                provider.schema(), resource -> new MethodSchema(read(resource), read(TOKEN_POLICY)));
    }

    /** Reads a schema resource, such as {@link #TOKEN_POLICY}. */
    public static Map<String, @Nullable Object> read(String resource) {
        try (InputStream stream = MethodSchema.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("there is no resource " + resource);
            }
            return Json.parseObject(stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("the resource " + resource + " is " + e.getMessage(), e);
        }
    }

    /** The whole schema, as JSON. */
    public Map<String, @Nullable Object> document() {
        return document;
    }

    /** The simple name of the method's class. */
    public String title() {
        return String.valueOf(document.get("title"));
    }

    /** Which workloads the method admits, in one or two sentences. */
    public String description() {
        return String.valueOf(document.get("description"));
    }

    /** The description as plain text. */
    public String plainDescription() {
        return SchemaField.plain(description());
    }

    /** The method's own fields, in display order. */
    public List<SchemaField> fields() {
        return own;
    }

    /** The fields of its token policy. */
    public List<SchemaField> policyFields() {
        return policy;
    }

    /** Examples of methods, as an operator would write them. */
    public List<Map<String, @Nullable Object>> examples() {
        List<Map<String, @Nullable Object>> examples = new ArrayList<>();
        if (document.get("examples") instanceof List<?> all) {
            all.forEach(example -> examples.add(SchemaField.members(example)));
        }
        return examples;
    }

    /** The method's own fields, then those of its token policy. */
    public List<SchemaField> allFields() {
        List<SchemaField> all = new ArrayList<>(own);
        all.addAll(policy);
        return all;
    }

    /** Finds a field among all fields. */
    public Optional<SchemaField> field(String name) {
        return SchemaField.named(name, allFields());
    }
}
