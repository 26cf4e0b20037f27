package io.sallyport.store.firestore;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One named database of Firestore, as far as the stores need it. A call gets an answer or is given up within seconds, its
 * retries included: {@link Reason#STORE_TIMEOUT}, {@link Reason#STORE_UNAVAILABLE}. What Firestore says of a failure may
 * quote documents, so only its status code is passed on.
 *
 * <p>A write that is tried again because its answer was lost may find itself made already: {@link Outcome#EXISTS} and
 * {@link Outcome#OVERTAKEN} do not tell by whom.
 */
public abstract sealed class FirestoreDatabase implements AutoCloseable permits SdkDatabase, RestDatabase {
    static final Duration MAX_CALL = Duration.ofSeconds(5);

    /** What became of a write that is conditional on what is stored. */
    enum Outcome {
        WRITTEN,
        /** Nothing was written: what should be created is there already. */
        EXISTS,
        /** Nothing was written: another write came in between. */
        OVERTAKEN
    }

    FirestoreDatabase() {}

    Snapshot read(DocumentPath document) throws Refused {
        return readAll(List.of(document)).get(0);
    }

    /** Several documents in one call, in the order of their paths. */
    abstract List<Snapshot> readAll(List<DocumentPath> documents) throws Refused;

    abstract List<Snapshot> find(Query query) throws Refused;

    /** All these documents, or none if one is there already. */
    abstract Outcome create(Map<DocumentPath, Map<String, Object>> documents) throws Refused;

    Outcome create(DocumentPath document, Map<String, Object> fields) throws Refused {
        return create(Map.of(document, fields));
    }

    /** Writes fields of a document, and leaves the others, on the condition that it is still as it was read. */
    abstract Outcome replace(Snapshot read, Map<String, Object> fields) throws Refused;

    /** Writes a document whole, whether there is one or not. */
    abstract void set(DocumentPath document, Map<String, Object> fields) throws Refused;

    /** Nothing happens if there is none. */
    abstract void delete(DocumentPath document) throws Refused;

    /** Reads, and then writes, as if nobody else were there. @throws Refused also what the work throws: nothing is written */
    abstract <T> T transact(Work<T> work) throws Refused;

    /** What is done in a transaction; it may be done more than once. */
    @FunctionalInterface
    interface Work<T> {
        T run(Transaction transaction) throws Refused;
    }

    /** Reads come first; what is written is written at the end. */
    interface Transaction {
        Snapshot read(DocumentPath document) throws Refused;

        List<Snapshot> find(Query query) throws Refused;

        void set(DocumentPath document, Map<String, Object> fields);

        void delete(DocumentPath document);
    }

    @Override
    public abstract void close();
}
