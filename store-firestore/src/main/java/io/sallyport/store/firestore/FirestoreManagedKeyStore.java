package io.sallyport.store.firestore;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.store.firestore.FirestoreDatabase.Outcome;
import io.sallyport.token.managed.ManagedKeyStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * Stores the managed keys of each issuer in one document of the collection {@code signingKeys}, which is named by the
 * issuer's SHA-256: in a database that only the key function may write.
 */
public final class FirestoreManagedKeyStore implements ManagedKeyStore {
    private static final String GENERATION = "generation";
    private static final String TEXT = "document";

    private final FirestoreDatabase database;

    public FirestoreManagedKeyStore(FirestoreDatabase database) {
        this.database = database;
    }

    @Override
    public Stored read(String issuer) throws Refused {
        return stored(database.read(path(issuer)));
    }

    @Override
    public boolean write(String issuer, Stored read, String text) throws Refused {
        Map<String, Object> fields = Map.of("issuer", issuer, GENERATION, read.generation() + 1, TEXT, text);
        if (!read.exists()) {
            return database.create(path(issuer), fields) == Outcome.WRITTEN;
        }
        Snapshot found = database.read(path(issuer));
        return found.exists()
                && stored(found).generation() == read.generation()
                && database.replace(found, fields) == Outcome.WRITTEN;
    }

    private static Stored stored(Snapshot found) throws Refused {
        if (!found.exists()) {
            return Stored.NONE;
        }
        if (found.get(GENERATION) instanceof Long generation
                && generation > 0
                && found.get(TEXT) instanceof String text) {
            return new Stored(generation, text);
        }
        throw new Refused(Reason.KEYS_UNAVAILABLE, "Firestore: signingKeys holds something else than managed keys");
    }

    private static DocumentPath path(String issuer) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(issuer.getBytes(StandardCharsets.UTF_8));
            return new DocumentPath("signingKeys", HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
