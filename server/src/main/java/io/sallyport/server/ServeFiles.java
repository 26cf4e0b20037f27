package io.sallyport.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Where {@code sallyport serve} keeps what nobody configured otherwise: the embedded store and the keys. */
public record ServeFiles(Path path) {
    private static final String ENCRYPTION_KEY = "SALLYPORT_ENCRYPTION_KEY";
    private static final String SIGNING_KEYS = "SALLYPORT_SIGNING_KEYS";

    public Path database() {
        return path.resolve("sallyport.db");
    }

    Path signingKeys() {
        return path.resolve("signing-keys.json");
    }

    private Path encryptionKey() {
        return path.resolve("encryption-key");
    }

    /** The variables, with the keys of this folder where none are named; they are made at the first need. */
    Map<String, String> withKeys(Map<String, String> variables) throws IOException {
        Map<String, String> all = new HashMap<>(withEncryptionKey(variables));
        if (isMissing(SIGNING_KEYS, variables)) {
            all.put(SIGNING_KEYS + "_FILE", SigningKeyFile.ensure(signingKeys()).toString());
        }
        return all;
    }

    /** The same with the key that secrets are encrypted with alone. */
    public Map<String, String> withEncryptionKey(Map<String, String> variables) throws IOException {
        Map<String, String> all = new HashMap<>(variables);
        if (isMissing(ENCRYPTION_KEY, variables)) {
            all.put(
                    ENCRYPTION_KEY + "_FILE",
                    EncryptionKeyFile.ensure(encryptionKey()).toString());
        }
        return all;
    }

    /** The same, if there is such a key: for a store elsewhere, whose readers must have the key as well, none is made. */
    public Map<String, String> withEncryptionKeyIfThere(Map<String, String> variables) throws IOException {
        return Files.exists(encryptionKey()) ? withEncryptionKey(variables) : variables;
    }

    /** The same with the signing keys alone, if they are there, in the private form or the public one. */
    public Map<String, String> withSigningKeysIfThere(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        if (isMissing(SIGNING_KEYS, variables) && Files.exists(signingKeys())) {
            all.put(SIGNING_KEYS + "_FILE", signingKeys().toString());
        }
        return all;
    }

    private static boolean isMissing(String name, Map<String, String> variables) {
        return !variables.containsKey(name) && !variables.containsKey(name + "_FILE");
    }
}
