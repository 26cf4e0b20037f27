package io.sallyport.store.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import com.google.auth.Credentials;
import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOpenTelemetryOptions;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.Transaction;
import com.google.cloud.firestore.WriteBatch;
import io.opentelemetry.api.OpenTelemetry;
import io.sallyport.AtFirstUse;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One named database of Firestore. A call gets an answer or is given up within seconds, its retries included. What
 * Firestore says of a failure may quote documents, so only its status code is passed on.
 */
public final class FirestoreDatabase implements AutoCloseable {
    private static final Duration LONGEST_CALL = Duration.ofSeconds(5);

    /** What became of a write that is conditional on what is stored. */
    enum Outcome {
        WRITTEN,
        /** Nothing was written: what should be created is there already. */
        EXISTS,
        /** Nothing was written: another write came in between. */
        OVERTAKEN
    }

    private final AtFirstUse<Firestore> firestore;
    private final Duration patience;

    private FirestoreDatabase(
            Supplier<FirestoreOptions.Builder> options, String project, String database, Duration longestCall) {
        this.firestore = new AtFirstUse<>(() -> options.get()
                .setProjectId(project)
                .setDatabaseId(database)
                .setRetrySettings(retries(longestCall))
                // Else it looks for whoever collects traces, and needs libraries for it that are not carried.
                .setOpenTelemetryOptions(FirestoreOpenTelemetryOptions.newBuilder()
                        .setOpenTelemetry(OpenTelemetry.noop())
                        .build())
                .build()
                .getService());
        this.patience = longestCall.plusSeconds(1);
    }

    /**
     * A database that is opened when it is first needed.
     *
     * @param credentials asked then as well; empty for the application default credentials
     */
    public static FirestoreDatabase open(
            String project, String database, Supplier<? extends Optional<? extends Credentials>> credentials) {
        return open(project, database, credentials, FirestoreOptions::newBuilder);
    }

    /** @param options where another server than Google's is to be asked */
    static FirestoreDatabase open(
            String project,
            String database,
            Supplier<? extends Optional<? extends Credentials>> credentials,
            Supplier<FirestoreOptions.Builder> options) {
        return new FirestoreDatabase(
                () -> {
                    FirestoreOptions.Builder builder = options.get();
                    credentials.get().ifPresent(builder::setCredentials);
                    return builder;
                },
                project,
                database,
                LONGEST_CALL);
    }

    /**
     * Opens a database of an emulator, without credentials and in clear text.
     *
     * @param emulator its host and port
     */
    public static FirestoreDatabase openEmulator(String project, String database, String emulator) {
        return openEmulator(project, database, emulator, LONGEST_CALL);
    }

    static FirestoreDatabase openEmulator(String project, String database, String emulator, Duration longestCall) {
        return new FirestoreDatabase(
                () -> FirestoreOptions.newBuilder().setEmulatorHost(emulator), project, database, longestCall);
    }

    private static RetrySettings retries(Duration longestCall) {
        return RetrySettings.newBuilder()
                .setTotalTimeoutDuration(longestCall)
                // Half, so that an attempt on a connection that has died leaves time for another one.
                .setInitialRpcTimeoutDuration(longestCall.dividedBy(2))
                .setMaxRpcTimeoutDuration(longestCall.dividedBy(2))
                .setInitialRetryDelayDuration(Duration.ofMillis(50))
                .setRetryDelayMultiplier(2)
                .setMaxRetryDelayDuration(Duration.ofMillis(500))
                .setMaxAttempts(5)
                .build();
    }

    DocumentReference document(String collection, String id) {
        return firestore.get().collection(collection).document(id);
    }

    /** Documents of a collection, to be asked for. */
    CollectionReference collection(String collection) {
        return firestore.get().collection(collection);
    }

    /** What is done in a transaction; it may be done more than once. */
    @FunctionalInterface
    interface Work<T> {
        T run(Transaction transaction) throws Refused, ExecutionException, InterruptedException;
    }

    /** Reads and writes as if nobody else were there. @throws Refused what the work throws; as for {@link #answer} */
    <T> T transact(Work<T> work) throws Refused {
        try {
            return answer(firestore.get().runTransaction(transaction -> {
                try {
                    return work.run(transaction);
                } catch (Refused why) {
                    throw new RefusedWithin(why);
                }
            }));
        } catch (RefusedWithin refused) {
            throw refused.why;
        }
    }

    /** Carries a refusal through the client library, which ends the transaction for it. */
    private static final class RefusedWithin extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient Refused why;

        RefusedWithin(Refused why) {
            super(why.reason().code(), null, false, false);
            this.why = why;
        }
    }

    /** Writes that are all made or none. */
    WriteBatch batch() {
        return firestore.get().batch();
    }

    /** Several documents in one call. @throws Refused as for {@link #answer} */
    List<DocumentSnapshot> readAll(List<DocumentReference> documents) throws Refused {
        List<DocumentSnapshot> found = answer(firestore.get().getAll(documents.toArray(DocumentReference[]::new)));
        if (found.contains(null)) {
            throw new Refused(Reason.STORE_UNAVAILABLE, "Firestore: an answer that was cut short");
        }
        return found;
    }

    /** What a call answers. @throws Refused {@link Reason#STORE_TIMEOUT}; {@link Reason#STORE_UNAVAILABLE} */
    <T> T answer(ApiFuture<T> call) throws Refused {
        try {
            return await(call);
        } catch (ApiException e) {
            throw refused(e);
        }
    }

    /** @throws Refused as for {@link #answer} */
    Outcome outcome(ApiFuture<?> write) throws Refused {
        try {
            await(write);
            return Outcome.WRITTEN;
        } catch (ApiException e) {
            return switch (e.getStatusCode().getCode()) {
                case ALREADY_EXISTS -> Outcome.EXISTS;
                case FAILED_PRECONDITION, ABORTED -> Outcome.OVERTAKEN;
                default -> throw refused(e);
            };
        }
    }

    /** Writes fields of a document on the condition that it is still as it was read. */
    Outcome replace(DocumentSnapshot read, Map<String, Object> fields) throws Refused {
        return outcome(read.getReference().update(fields, Precondition.updatedAt(read.getUpdateTime())));
    }

    private <T> T await(ApiFuture<T> call) throws Refused {
        try {
            return call.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (TimeoutException e) {
            throw new Refused(Reason.STORE_TIMEOUT, "Firestore: no answer");
        } catch (ExecutionException e) {
            // What fails within a transaction comes wrapped once more.
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof ApiException failure) {
                    throw failure;
                }
                if (cause instanceof RefusedWithin refused) {
                    throw refused;
                }
            }
            // A call that fails while it is made waits for itself on our thread, and the interrupt ends there.
            if (e.getCause() instanceof InterruptedException) {
                throw interrupted();
            }
            throw new Refused(Reason.STORE_UNAVAILABLE, "Firestore: the call failed");
        }
    }

    private static Refused interrupted() {
        Thread.currentThread().interrupt();
        return new Refused(Reason.STORE_UNAVAILABLE, "Firestore: interrupted while waiting");
    }

    private static Refused refused(ApiException failure) {
        StatusCode.Code code = failure.getStatusCode().getCode();
        return new Refused(
                code == StatusCode.Code.DEADLINE_EXCEEDED ? Reason.STORE_TIMEOUT : Reason.STORE_UNAVAILABLE,
                "Firestore: " + code);
    }

    @Override
    public void close() {
        firestore.ifMade(Firestore::shutdownNow);
    }
}
