package io.sallyport.store.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import com.google.auth.Credentials;
import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldPath;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOpenTelemetryOptions;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.WriteBatch;
import io.opentelemetry.api.OpenTelemetry;
import io.sallyport.Lazy;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.io.Serial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accesses the database with Google's client library. */
public final class SdkDatabase extends FirestoreDatabase {
    private final Lazy<Firestore> firestore;
    private final Duration patience;

    private SdkDatabase(
            Supplier<FirestoreOptions.Builder> options, String project, String database, Duration longestCall) {
        this.firestore = new Lazy<>(() -> options.get()
                .setProjectId(project)
                .setDatabaseId(database)
                .setRetrySettings(retries(longestCall))
                // Otherwise it looks for a tracing exporter, which needs libraries that we do not ship.
                .setOpenTelemetryOptions(FirestoreOpenTelemetryOptions.newBuilder()
                        .setOpenTelemetry(OpenTelemetry.noop())
                        .build())
                .build()
                .getService());
        this.patience = longestCall.plusSeconds(1);
    }

    /**
     * A database that is opened on first need.
     *
     * @param credentials requested then as well; empty for the application default credentials
     */
    public static SdkDatabase open(
            String project, String database, Supplier<? extends Optional<? extends Credentials>> credentials) {
        return open(project, database, credentials, FirestoreOptions::newBuilder);
    }

    /**
     * A database of a server other than Google's, opened on first need.
     *
     * @param credentials requested then as well; empty for those of the options
     */
    public static SdkDatabase open(
            String project,
            String database,
            Supplier<? extends Optional<? extends Credentials>> credentials,
            Supplier<FirestoreOptions.Builder> options) {
        return new SdkDatabase(
                () -> {
                    FirestoreOptions.Builder builder = options.get();
                    credentials.get().ifPresent(builder::setCredentials);
                    return builder;
                },
                project,
                database,
                MAX_CALL);
    }

    /**
     * Opens a database of an emulator, without credentials and in clear text.
     *
     * @param emulator its host and port
     */
    public static SdkDatabase openEmulator(String project, String database, String emulator) {
        return openEmulator(project, database, emulator, MAX_CALL);
    }

    static SdkDatabase openEmulator(String project, String database, String emulator, Duration longestCall) {
        return new SdkDatabase(
                () -> FirestoreOptions.newBuilder().setEmulatorHost(emulator), project, database, longestCall);
    }

    private static RetrySettings retries(Duration longestCall) {
        return RetrySettings.newBuilder()
                .setTotalTimeoutDuration(longestCall)
                // Half, so that an attempt on a dead connection leaves time for another one.
                .setInitialRpcTimeoutDuration(longestCall.dividedBy(2))
                .setMaxRpcTimeoutDuration(longestCall.dividedBy(2))
                .setInitialRetryDelayDuration(Duration.ofMillis(50))
                .setRetryDelayMultiplier(2)
                .setMaxRetryDelayDuration(Duration.ofMillis(500))
                .setMaxAttempts(5)
                .build();
    }

    private DocumentReference reference(DocumentPath document) {
        return firestore.get().collection(document.collection()).document(document.id());
    }

    @Override
    List<Snapshot> readAll(List<DocumentPath> documents) throws Refused {
        DocumentReference[] references = documents.stream().map(this::reference).toArray(DocumentReference[]::new);
        List<DocumentSnapshot> found = answer(firestore.get().getAll(references));
        if (found.contains(null)) {
            throw new Refused(Reason.STORE_UNAVAILABLE, "Firestore: the answer is incomplete");
        }
        return snapshots(found);
    }

    @Override
    List<Snapshot> find(Query query) throws Refused {
        return snapshots(answer(sdkQuery(query).get()).getDocuments());
    }

    private com.google.cloud.firestore.Query sdkQuery(Query query) {
        var documents = firestore.get().collection(query.collection());
        if (query instanceof Query.Containing containing) {
            return documents
                    .whereArrayContainsAny(containing.list(), containing.anyOf())
                    .select(FieldPath.documentId())
                    .limit(containing.limit());
        }
        Query.InOrder ordered = (Query.InOrder) query;
        com.google.cloud.firestore.Query sdk =
                documents.orderBy(ordered.field()).orderBy(FieldPath.documentId());
        if (!ordered.prefix().isEmpty()) {
            sdk = sdk.whereGreaterThanOrEqualTo(ordered.field(), ordered.prefix())
                    .whereLessThan(ordered.field(), ordered.prefixEnd());
        }
        if (ordered.after().isPresent()) {
            sdk = sdk.startAfter(
                    ordered.after().get().text(), ordered.after().get().id());
        }
        return sdk.offset(ordered.skip()).limit(ordered.limit());
    }

    private static List<Snapshot> snapshots(List<? extends DocumentSnapshot> documents) {
        List<Snapshot> snapshots = new ArrayList<>();
        for (DocumentSnapshot document : documents) {
            snapshots.add(snapshot(document));
        }
        return snapshots;
    }

    private static Snapshot snapshot(DocumentSnapshot document) {
        Map<String, @Nullable Object> fields = document.getData();
        if (fields != null) {
            fields.replaceAll((name, value) -> value instanceof Timestamp time
                    ? Instant.ofEpochSecond(time.getSeconds(), time.getNanos())
                    : value);
        }
        DocumentReference reference = document.getReference();
        return new Snapshot(
                new DocumentPath(reference.getParent().getId(), reference.getId()),
                Optional.ofNullable(fields),
                // A missing document is never replaced.
                Optional.ofNullable(document.getUpdateTime()).orElse(Timestamp.MIN_VALUE));
    }

    private static Map<String, Object> sdkFields(Map<String, Object> fields) {
        Map<String, Object> sdk = new LinkedHashMap<>();
        fields.forEach((name, value) -> sdk.put(
                name,
                value instanceof Instant time
                        ? Timestamp.ofTimeSecondsAndNanos(time.getEpochSecond(), time.getNano())
                        : value));
        return sdk;
    }

    @Override
    Outcome create(Map<DocumentPath, Map<String, Object>> documents) throws Refused {
        WriteBatch batch = firestore.get().batch();
        documents.forEach((document, fields) -> batch.create(reference(document), sdkFields(fields)));
        return outcome(batch.commit());
    }

    @Override
    Outcome replace(Snapshot read, Map<String, Object> fields) throws Refused {
        return outcome(
                reference(read.path()).update(sdkFields(fields), Precondition.updatedAt((Timestamp) read.state())));
    }

    @Override
    void set(DocumentPath document, Map<String, Object> fields) throws Refused {
        answer(reference(document).set(sdkFields(fields)));
    }

    @Override
    void delete(DocumentPath document) throws Refused {
        answer(reference(document).delete());
    }

    @Override
    <T> T transact(Work<T> work) throws Refused {
        try {
            return answer(firestore.get().runTransaction(transaction -> {
                try {
                    return work.run(new SdkTransaction(transaction));
                } catch (Refused why) {
                    throw new RefusedWithin(why);
                } catch (FailedWithin failed) {
                    throw failed.why;
                }
            }));
        } catch (RefusedWithin refused) {
            throw refused.why;
        }
    }

    private final class SdkTransaction implements Transaction {
        private final com.google.cloud.firestore.Transaction transaction;

        SdkTransaction(com.google.cloud.firestore.Transaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public Snapshot read(DocumentPath document) {
            return snapshot(within(transaction.get(reference(document))));
        }

        @Override
        public List<Snapshot> find(Query query) {
            QuerySnapshot found = within(transaction.get(sdkQuery(query)));
            return snapshots(found.getDocuments());
        }

        @Override
        public void set(DocumentPath document, Map<String, Object> fields) {
            transaction.set(reference(document), sdkFields(fields));
        }

        @Override
        public void delete(DocumentPath document) {
            transaction.delete(reference(document));
        }

        /** The library handles failures: it decides whether to repeat the transaction. */
        private static <T> T within(ApiFuture<T> call) {
            try {
                return call.get();
            } catch (ExecutionException | InterruptedException e) {
                throw new FailedWithin(e);
            }
        }
    }

    /** Carries a refusal through the client library, which then ends the transaction. */
    private static final class RefusedWithin extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient Refused why;

        RefusedWithin(Refused why) {
            super(why.reason().code(), null, false, false);
            this.why = why;
        }
    }

    /** Carries a failure of the client library through the work and back to it. */
    private static final class FailedWithin extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient Exception why;

        FailedWithin(Exception why) {
            super("", null, false, false);
            this.why = why;
        }
    }

    /**
     * The answer of a call.
     *
     * @throws Refused {@link Reason#STORE_TIMEOUT}; {@link Reason#STORE_UNAVAILABLE}
     */
    <T> T answer(ApiFuture<T> call) throws Refused {
        try {
            return await(call);
        } catch (ApiException e) {
            throw refused(e);
        }
    }

    private Outcome outcome(ApiFuture<?> write) throws Refused {
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

    private <T> T await(ApiFuture<T> call) throws Refused {
        try {
            return call.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (TimeoutException e) {
            throw new Refused(Reason.STORE_TIMEOUT, "Firestore: no answer");
        } catch (ExecutionException e) {
            // A failure within a transaction is wrapped once more.
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof ApiException failure) {
                    throw failure;
                }
                if (cause instanceof RefusedWithin refused) {
                    throw refused;
                }
            }
            // A call that fails while it is being made blocks on our thread, and the interrupt ends up there.
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
