package io.sallyport.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that only its owner can read, written completely or not at all. */
public final class PrivateFile {
    private PrivateFile() {}

    /** @throws java.nio.file.FileAlreadyExistsException if there is one already, or a link */
    public static void create(Path file, byte[] content) throws IOException {
        Path fresh = write(file, content);
        try {
            Files.createLink(file, fresh);
        } finally {
            Files.delete(fresh);
        }
    }

    /** Replaces the file; a link is replaced, not followed. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path fresh = write(file, content);
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static Path write(Path file, byte[] content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(file + " is not a file");
        }
        Path fresh = Files.createTempFile(folder, ".sallyport", ".tmp", SigningKeyFile.ownerOnly());
        try {
            return Files.write(fresh, content);
        } catch (IOException e) {
            Files.delete(fresh);
            throw e;
        }
    }
}
