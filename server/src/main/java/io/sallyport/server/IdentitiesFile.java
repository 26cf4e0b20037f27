package io.sallyport.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.sallyport.IdentityId;
import io.sallyport.Quoted;
import io.sallyport.Refused;
import io.sallyport.admin.Seeding;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.method.SecretFields;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.settings.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Identities as an operator writes them: a YAML file with a list {@code identities}, each in its stored form plus its
 * id.
 */
final class IdentitiesFile {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // If there are several documents, all but the first would be ignored.
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final IdentityDocument documents;
    private final SecretFields secrets;

    IdentitiesFile(IdentityDocument documents) {
        this.documents = documents;
        secrets = new SecretFields(documents.providers());
    }

    /** Encrypts nothing: finds out whether an identity would be valid. */
    private static final class Pretence implements SecretCipher {
        @Override
        public EncryptedSecret encrypt(Secret secret, EncryptionContext place) {
            return new EncryptedSecret("v2.0000000000000000");
        }

        @Override
        public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) {
            throw new UnsupportedOperationException("it encrypted nothing");
        }
    }

    /**
     * Reads the file without encrypting or storing anything.
     *
     * @return the identities in the file, secrets in the clear
     * @throws InvalidConfigurationException naming every identity that is not valid, and why
     */
    List<Seeding.Seed> read(Path file) {
        List<String> faults = new ArrayList<>();
        Map<IdentityId, Seeding.Seed> identities = new LinkedHashMap<>();
        for (Object entry : entries(file)) {
            try {
                Seeding.Seed identity = identity(entry);
                if (identities.put(identity.id(), identity) != null) {
                    throw new IllegalArgumentException("identity " + identity.id() + " appears twice");
                }
            } catch (IllegalArgumentException e) {
                faults.add(file + ": " + e.getMessage());
            } catch (Refused e) {
                faults.add(file + ": " + e.detail());
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
        return List.copyOf(identities.values());
    }

    private static List<?> entries(Path file) {
        try {
            String text = Files.readString(file);
            refuseAliases(file, text);
            Map<String, @Nullable Object> content = YAML.readValue(text, new TypeReference<>() {});
            if (content != null && content.size() == 1 && content.get("identities") instanceof List<?> entries) {
                return entries;
            }
            throw fault(file, "must have a list named identities, and nothing else");
        } catch (JsonProcessingException e) {
            // Its message quotes the file, which may hold secrets in the clear.
            var location = e.getLocation();
            throw fault(file, "is not valid YAML" + (location == null ? "" : ", in line " + location.getLineNr()));
        } catch (IOException e) {
            throw fault(file, "cannot be read");
        }
    }

    /** Jackson reads an alias as a text, the name of its anchor. */
    private static void refuseAliases(Path file, String text) throws IOException {
        try (YAMLParser parser = YAML.getFactory().createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser.isCurrentAlias()) {
                    throw fault(
                            file,
                            "has an alias in line "
                                    + parser.currentTokenLocation().getLineNr()
                                    + "; aliases are not supported: repeat the value");
                }
            }
        }
    }

    private Seeding.Seed identity(@Nullable Object entry) throws Refused {
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
        try {
            IdentityId identityId = new IdentityId(text);
            IdentityRecord record =
                    documents.readRecord(identityId, secrets.encrypt(identityId, fields, new Pretence()));
            if (record.registration().managedBy().isPresent()) {
                throw new IllegalArgumentException(
                        "managedBy is not allowed in this file: it would lock out the next start");
            }
            return new Seeding.Seed(identityId, fields);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("identity " + text + ": " + e.getMessage(), e);
        }
    }

    private static InvalidConfigurationException fault(Path file, String what) {
        return new InvalidConfigurationException(List.of(file + " " + what));
    }
}
