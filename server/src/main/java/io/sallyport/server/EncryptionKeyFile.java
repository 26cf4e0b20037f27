package io.sallyport.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** The key that encrypts a local server's secrets: made once, kept in a file that only its owner can read. */
final class EncryptionKeyFile {
    private static final int BYTES = 32;

    private EncryptionKeyFile() {}

    /** @throws IOException if it does not exist and cannot be written */
    static Path ensure(Path file) throws IOException {
        return SigningKeyFile.ensure(file, EncryptionKeyFile::generate);
    }

    private static byte[] generate() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes).getBytes(StandardCharsets.US_ASCII);
    }
}
