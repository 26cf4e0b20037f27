package io.sallyport.cli.keys;

import io.sallyport.server.SigningKeyFile;
import io.sallyport.token.SigningKey;
import io.sallyport.token.SigningKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/**
 * A file of signing keys. Only one process at a time replaces it, as a whole, so that readers get a consistent set of
 * keys and no change is lost; only its owner can read it.
 */
record KeyFile(Path path) {
    private static final Set<StandardOpenOption> CREATED =
            EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

    /** A process holds a file lock once, whichever thread asks for it. */
    private static final Object IN_THIS_PROCESS = new Object();

    /**
     * @throws KeyFileException if there is none, or none that can sign
     * @throws IOException if it cannot be read
     */
    KeyRing read() throws IOException {
        try {
            return parse(Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new KeyFileException(path + " does not exist; sallyport keys generate creates it");
        } catch (CharacterCodingException e) {
            throw new KeyFileException(path + " is not UTF-8");
        }
    }

    private KeyRing parse(String jwks) {
        try {
            SigningKeys.parsePrivate(jwks);
            return new KeyRing(SigningKey.readSet(jwks));
        } catch (IllegalArgumentException e) {
            throw new KeyFileException(path + ": " + e.getMessage());
        }
    }

    /**
     * @throws KeyFileException if the file exists already
     * @throws IOException if it cannot be written
     */
    void create(KeyRing keys) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        try {
            SigningKeyFile.create(path, text(keys));
        } catch (FileAlreadyExistsException e) {
            throw new KeyFileException(path + " already exists and was not changed");
        }
    }

    /**
     * Replaces the keys under a lock, if the step changes them.
     *
     * @throws KeyFileException as {@link #read}, or if the changed keys could not sign
     * @throws IOException if it cannot be read or replaced
     */
    Rotation.Step change(Function<KeyRing, Rotation.Step> step) throws IOException {
        if (!Files.exists(path)) {
            return step.apply(read());
        }
        // A link stays a link.
        KeyFile file = new KeyFile(path.toRealPath());
        synchronized (IN_THIS_PROCESS) {
            try (FileChannel channel = FileChannel.open(file.lock(), CREATED, SigningKeyFile.ownerOnly())) {
                // Closing the channel releases it.
                channel.lock();
                Rotation.Step taken = step.apply(file.read());
                if (taken.changed().isPresent()) {
                    file.replace(taken.changed().get());
                }
                return taken;
            }
        }
    }

    /** A separate file that is never removed: the key file itself is a new file after each change. */
    private Path lock() {
        return path.resolveSibling("." + path.getFileName() + ".lock");
    }

    private void replace(KeyRing keys) throws IOException {
        byte[] text = text(keys);
        Path fresh = Files.createTempFile(path.getParent(), ".keys", ".tmp", SigningKeyFile.ownerOnly());
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(text);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** The text to write, after a check that it can be read again and signs. */
    private byte[] text(KeyRing keys) {
        String jwks = SigningKey.writeSet(keys.keys());
        parse(jwks);
        return (jwks + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
