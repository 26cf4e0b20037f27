package io.sallyport.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.sallyport.Quoted;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.runtime.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Identities as people write them down: a YAML file with a list {@code identities}, each as it is stored plus its id. */
final class IdentitiesFile {
    private IdentitiesFile() {}

    /** @throws InvalidConfigurationException naming every identity that is not valid, and why */
    static List<Identity> read(Path file) {
        List<String> faults = new ArrayList<>();
        Map<IdentityId, Identity> identities = new LinkedHashMap<>();
        for (Object entry : entries(file)) {
            try {
                Identity identity = identity(entry);
                if (identities.put(identity.id(), identity) != null) {
                    throw new IllegalArgumentException("identity " + identity.id() + " stands twice");
                }
            } catch (IllegalArgumentException e) {
                faults.add(file + ": " + e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
        return List.copyOf(identities.values());
    }

    private static List<?> entries(Path file) {
        try {
            Map<String, @Nullable Object> content = JsonMapper.builder(new YAMLFactory())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readValue(Files.readString(file), new TypeReference<>() {});
            if (content != null && content.size() == 1 && content.get("identities") instanceof List<?> entries) {
                return entries;
            }
            throw fault(file, "must have a list named identities, and nothing else");
        } catch (JsonProcessingException e) {
            throw fault(file, "is not valid YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw fault(file, "cannot be read");
        }
    }

    private static Identity identity(@Nullable Object entry) {
        if (!(entry instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("every identity must be an object");
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        map.forEach((name, value) -> fields.put(String.valueOf(name), value));
        Object id = fields.remove("id");
        if (!(id instanceof String text) || !IdentityId.isValid(text)) {
            throw new IllegalArgumentException(
                    "the id " + Quoted.quote(String.valueOf(id)) + " must be " + IdentityId.FORM);
        }
        return IdentityDocument.read(new IdentityId(text), fields);
    }

    private static InvalidConfigurationException fault(Path file, String what) {
        return new InvalidConfigurationException(List.of(file + " " + what));
    }
}
