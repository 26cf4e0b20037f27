package io.sallyport.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The folder where {@code sallyport serve} keeps whatever is not configured elsewhere: the embedded store and the keys.
 */
public record ServeFiles(Path path) {
    private static final String ENCRYPTION_KEY = "SALLYPORT_ENCRYPTION_KEY";
    private static final String SIGNING_KEYS = "SALLYPORT_SIGNING_KEYS";
    private static final String MANAGED_HERE = "managed:local";

    public Path database() {
        return path.resolve("sallyport.db");
    }

    /** Of managed signing keys, if they are not kept elsewhere. */
    Path keyDatabase() {
        return path.resolve("keys.db");
    }

    /** The key that encrypts managed signing keys, and nothing else. */
    private Path managedKey() {
        return path.resolve("signing-keys-encryption-key");
    }

    Path signingKeys() {
        return path.resolve("signing-keys.json");
    }

    private Path encryptionKey() {
        return path.resolve("encryption-key");
    }

    /** The variables, plus the keys of this folder where none are set; missing keys are created. */
    Map<String, String> withKeys(Map<String, String> variables) throws IOException {
        Map<String, String> all = withManagedKey(withEncryptionKey(variables));
        if (isMissing(SIGNING_KEYS, variables)) {
            all.put(SIGNING_KEYS + "_FILE", SigningKeyFile.ensure(signingKeys()).toString());
        }
        return all;
    }

    /** The variables, plus only the encryption key of this folder; a missing key is created. */
    public Map<String, String> withEncryptionKey(Map<String, String> variables) throws IOException {
        Map<String, String> all = new HashMap<>(variables);
        if (isMissing(ENCRYPTION_KEY, variables)) {
            all.put(
                    ENCRYPTION_KEY + "_FILE",
                    EncryptionKeyFile.ensure(encryptionKey()).toString());
        }
        return all;
    }

    /**
     * The variables, plus the encryption key of this folder if it exists. It is not created: a store elsewhere has
     * other readers, which need the same key.
     */
    public Map<String, String> withEncryptionKeyIfThere(Map<String, String> variables) throws IOException {
        return Files.exists(encryptionKey()) ? withEncryptionKey(variables) : variables;
    }

    /** The variables, with the key of this folder for {@code managed:local}; a missing key is created. */
    public Map<String, String> withManagedKey(Map<String, String> variables) throws IOException {
        Map<String, String> all = new HashMap<>(variables);
        if (MANAGED_HERE.equals(variables.get(SIGNING_KEYS))) {
            String key = Files.readString(EncryptionKeyFile.ensure(managedKey()));
            all.put(SIGNING_KEYS, "managed:" + key.trim());
        }
        return all;
    }

    /** The variables, plus the signing keys of this folder if they exist, in the private or the public form. */
    public Map<String, String> withSigningKeysIfThere(Map<String, String> variables) throws IOException {
        Map<String, String> all = withManagedKey(variables);
        if (isMissing(SIGNING_KEYS, variables) && Files.exists(signingKeys())) {
            all.put(SIGNING_KEYS + "_FILE", signingKeys().toString());
        }
        return all;
    }

    private static boolean isMissing(String name, Map<String, String> variables) {
        return !variables.containsKey(name) && !variables.containsKey(name + "_FILE");
    }
}
