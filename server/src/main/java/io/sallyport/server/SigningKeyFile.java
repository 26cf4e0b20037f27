package io.sallyport.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.json.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The signing key of a local server: made once, kept in a file that only its owner can read. */
public final class SigningKeyFile {
    private SigningKeyFile() {}

    /** @throws IOException if it does not exist and cannot be written */
    static Path ensure(Path file) throws IOException {
        return ensure(file, () -> Json.write(Map.of("keys", List.of(generate().toJSONObject()))));
    }

    /**
     * Ensures that a file exists, and writes the supplied key if it does not.
     *
     * @throws IOException if it does not exist and cannot be written
     */
    static Path ensure(Path file, Supplier<byte[]> key) throws IOException {
        if (!Files.exists(file)) {
            try {
                create(file, key.get());
            } catch (FileAlreadyExistsException e) {
                // Another server was faster, and its key may already have been used.
                return file;
            }
        }
        return file;
    }

    /** @throws FileAlreadyExistsException if the file exists; it stays as it is */
    public static void create(Path file, byte[] key) throws IOException {
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "key", ".tmp", ownerOnly());
        try {
            Files.write(fresh, key);
            Files.createLink(file, fresh);
        } finally {
            Files.delete(fresh);
        }
    }

    public static JWK generate() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform makes EC keys on P-256", e);
        }
    }

    /**
     * The attribute that makes a new file or folder accessible to its owner only; none where the file system does not
     * support it.
     */
    public static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
