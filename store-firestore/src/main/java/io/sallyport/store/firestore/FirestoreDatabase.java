package io.sallyport.store.firestore;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The operations on one named Firestore database that the stores need. A call succeeds or fails within seconds, retries
 * included: {@link Reason#STORE_TIMEOUT}, {@link Reason#STORE_UNAVAILABLE}. Firestore's error messages may quote
 * documents, so only the status code is passed on.
 *
 * <p>A write that is retried because its answer was lost may find that it took place already: {@link Outcome#EXISTS}
 * and {@link Outcome#OVERTAKEN} do not tell by whom.
 */
public abstract sealed class FirestoreDatabase implements AutoCloseable permits SdkDatabase, RestDatabase {
    static final Duration MAX_CALL = Duration.ofSeconds(5);

    /** The outcome of a conditional write. */
    enum Outcome {
        WRITTEN,
        /** Nothing was written: the document exists already. */
        EXISTS,
        /** Nothing was written: another write came in between. */
        OVERTAKEN
    }

    FirestoreDatabase() {}

    Snapshot read(DocumentPath document) throws Refused {
        return readAll(List.of(document)).get(0);
    }

    /** Reads several documents in one call, in the order of their paths. */
    abstract List<Snapshot> readAll(List<DocumentPath> documents) throws Refused;

    abstract List<Snapshot> find(Query query) throws Refused;

    /** Creates all documents, or none if one exists already. */
    abstract Outcome create(Map<DocumentPath, Map<String, Object>> documents) throws Refused;

    Outcome create(DocumentPath document, Map<String, Object> fields) throws Refused {
        return create(Map.of(document, fields));
    }

    /** Sets fields of a document and leaves the others, if it is unchanged since it was read. */
    abstract Outcome replace(Snapshot read, Map<String, Object> fields) throws Refused;

    /** Writes a whole document, whether it exists or not. */
    abstract void set(DocumentPath document, Map<String, Object> fields) throws Refused;

    /** Deletes a document; does nothing if it does not exist. */
    abstract void delete(DocumentPath document) throws Refused;

    /**
     * Reads and then writes in a serializable transaction.
     *
     * @throws Refused also what the work throws: nothing is written
     */
    abstract <T> T transact(Work<T> work) throws Refused;

    /** The work of a transaction; it may run more than once. */
    @FunctionalInterface
    interface Work<T> {
        T run(Transaction transaction) throws Refused;
    }

    /** Reads must come first; writes take effect at the end. */
    interface Transaction {
        Snapshot read(DocumentPath document) throws Refused;

        List<Snapshot> find(Query query) throws Refused;

        void set(DocumentPath document, Map<String, Object> fields);

        void delete(DocumentPath document);
    }

    @Override
    public abstract void close();
}
