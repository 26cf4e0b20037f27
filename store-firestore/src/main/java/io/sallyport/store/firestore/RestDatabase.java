package io.sallyport.store.firestore;

import static io.sallyport.store.firestore.RestFailure.ABORTED;
import static io.sallyport.store.firestore.RestFailure.ALREADY_EXISTS;
import static io.sallyport.store.firestore.RestFailure.DEADLINE_EXCEEDED;
import static io.sallyport.store.firestore.RestFailure.FAILED_PRECONDITION;
import static io.sallyport.store.firestore.RestFailure.INTERNAL;
import static io.sallyport.store.firestore.RestFailure.RESOURCE_EXHAUSTED;
import static io.sallyport.store.firestore.RestFailure.UNAVAILABLE;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Accesses the database over Firestore's REST interface, which loads a tenth of the client library's classes. What is
 * retried, and how often, follows the library.
 */
public final class RestDatabase extends FirestoreDatabase {
    private static final int MAX_ATTEMPTS = 5;
    private static final int FIRST_PAUSE_MILLIS = 50;
    private static final int MAX_PAUSE_MILLIS = 500;
    private static final int FIRST_PAUSE_BETWEEN_RUNS_MILLIS = 100;
    private static final int MAX_PAUSE_BETWEEN_RUNS_MILLIS = 6_400;
    private static final Duration ROLLBACK = Duration.ofSeconds(1);
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Possibly transient failures. */
    private static final Set<String> READ_AGAIN_AFTER =
            Set.of(UNAVAILABLE, RESOURCE_EXHAUSTED, INTERNAL, DEADLINE_EXCEEDED);

    /** A write is not retried when Firestore is slow: the first one may still be in progress. */
    private static final Set<String> WRITE_AGAIN_AFTER = Set.of(UNAVAILABLE, RESOURCE_EXHAUSTED);

    private final RestDocuments documents;
    private final RestCalls calls;
    private final RandomGenerator random;
    private final LongSupplier nanos;
    private final Duration longestCall;
    private final KeyedLock transactions;

    RestDatabase(
            String project,
            String database,
            RestCalls calls,
            RandomGenerator random,
            LongSupplier nanos,
            Duration longestCall) {
        this.documents = new RestDocuments("projects/" + project + "/databases/" + database);
        this.calls = calls;
        this.random = random;
        this.nanos = nanos;
        this.longestCall = longestCall;
        this.transactions = new KeyedLock(longestCall, 1);
    }

    /**
     * @param random spreads retries; thread-safe, but need not be unpredictable
     * @param nanos a monotonic clock
     */
    public static RestDatabase open(
            String project, String database, RestCalls calls, RandomGenerator random, LongSupplier nanos) {
        return new RestDatabase(project, database, calls, random, nanos, MAX_CALL);
    }

    @Override
    List<Snapshot> readAll(List<DocumentPath> wanted) throws Refused {
        try {
            return readAll(documents.batchGet(wanted), wanted, end());
        } catch (RestFailure failure) {
            throw failure.refused();
        }
    }

    private List<Snapshot> readAll(Map<String, Object> request, List<DocumentPath> wanted, long end)
            throws RestFailure, Refused {
        return documents.readBatch(wanted, parts(persistently("batchGet", request, READ_AGAIN_AFTER, end)));
    }

    @Override
    List<Snapshot> find(Query query) throws Refused {
        try {
            return find(documents.runQuery(query), end());
        } catch (RestFailure failure) {
            throw failure.refused();
        }
    }

    private List<Snapshot> find(Map<String, Object> request, long end) throws RestFailure, Refused {
        return documents.readQuery(parts(persistently("runQuery", request, READ_AGAIN_AFTER, end)));
    }

    @Override
    Outcome create(Map<DocumentPath, Map<String, Object>> created) throws Refused {
        List<Object> writes = new ArrayList<>();
        created.forEach((document, fields) -> writes.add(documents.create(document, fields)));
        return outcome(writes);
    }

    @Override
    Outcome replace(Snapshot read, Map<String, Object> fields) throws Refused {
        return outcome(List.of(documents.replace(read, fields)));
    }

    private Outcome outcome(List<Object> writes) throws Refused {
        try {
            commit(writes, Map.of(), end());
            return Outcome.WRITTEN;
        } catch (RestFailure failure) {
            return switch (failure.code()) {
                case ALREADY_EXISTS -> Outcome.EXISTS;
                case FAILED_PRECONDITION, ABORTED -> Outcome.OVERTAKEN;
                default -> throw failure.refused();
            };
        }
    }

    @Override
    void set(DocumentPath document, Map<String, Object> fields) throws Refused {
        write(documents.set(document, fields));
    }

    @Override
    void delete(DocumentPath document) throws Refused {
        write(documents.delete(document));
    }

    private void write(Map<String, Object> write) throws Refused {
        try {
            commit(List.of(write), Map.of(), end());
        } catch (RestFailure failure) {
            throw failure.refused();
        }
    }

    private void commit(List<Object> writes, Map<String, Object> more, long end) throws RestFailure, Refused {
        Map<String, Object> request = new LinkedHashMap<>(more);
        request.put("writes", writes);
        object(persistently("commit", request, WRITE_AGAIN_AFTER, end));
    }

    /** When one call of ours, with all its requests, must end. */
    private long end() {
        return nanos.getAsLong() + longestCall.toNanos();
    }

    private String persistently(String method, Map<String, Object> request, Set<String> again, long end)
            throws RestFailure, Refused {
        byte[] json = Json.write(request);
        for (int attempt = 1; ; attempt++) {
            try {
                return once(method, json, end);
            } catch (RestFailure failure) {
                if (!again.contains(failure.code()) || attempt == MAX_ATTEMPTS) {
                    throw failure;
                }
                pause(Math.min(MAX_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << (attempt - 1)), failure, end);
            }
        }
    }

    private String once(String method, byte[] json, long end) throws RestFailure, Refused {
        long left = end - nanos.getAsLong();
        if (left <= 0) {
            throw new RestFailure(DEADLINE_EXCEEDED);
        }
        // Half, so that an attempt on a dead connection leaves time for another one.
        Duration longest = Duration.ofNanos(Math.min(left, longestCall.toNanos() / 2));
        try {
            RestCalls.Answer answer = calls.post(documents.path(method), json, longest);
            if (answer.status() != 200) {
                throw RestFailure.of(answer);
            }
            return answer.body();
        } catch (IOException e) {
            throw RestFailure.of(e);
        }
    }

    /**
     * Waits for a random time up to the limit.
     *
     * @throws RestFailure the given one, if it would be too late then
     */
    private void pause(int longestMillis, RestFailure failure, long end) throws RestFailure, Refused {
        int millis = random.nextInt(longestMillis) + 1;
        if (end - nanos.getAsLong() <= millis * NANOS_PER_MILLI) {
            throw failure;
        }
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(Reason.STORE_UNAVAILABLE, "Firestore: interrupted while waiting");
        }
    }

    private static Map<String, @Nullable Object> object(String json) throws RestFailure {
        try {
            return Json.parseObject(json);
        } catch (MalformedJsonException e) {
            throw new RestFailure(RestFailure.MALFORMED);
        }
    }

    /** The parts of a streamed answer, any of which may be an error. */
    private static List<@Nullable Object> parts(String json) throws RestFailure {
        List<@Nullable Object> parts;
        try {
            parts = Json.parseArray(json);
        } catch (MalformedJsonException e) {
            throw new RestFailure(RestFailure.MALFORMED);
        }
        for (Object part : parts) {
            if (part instanceof Map<?, ?> object && object.containsKey("error")) {
                throw RestFailure.of(object.get("error"));
            }
        }
        return parts;
    }

    /**
     * One transaction at a time in this process. If many read before one of them writes, Firestore makes each wait for
     * the others' locks until all time out, and then they would do the same again.
     */
    @Override
    <T> T transact(Work<T> work) throws Refused {
        return transactions.await("all", () -> transactAlone(work));
    }

    private <T> T transactAlone(Work<T> work) throws Refused {
        long end = end();
        String before = "";
        for (int run = 0; ; run++) {
            try {
                String id = begin(before, end);
                before = id;
                return new Run(id, end).of(work);
            } catch (Overtaken overtaken) {
                try {
                    pause(
                            Math.min(
                                    MAX_PAUSE_BETWEEN_RUNS_MILLIS, FIRST_PAUSE_BETWEEN_RUNS_MILLIS << Math.min(run, 8)),
                            overtaken.failure,
                            end);
                } catch (RestFailure late) {
                    throw late.refused();
                }
            } catch (RestFailure failure) {
                throw failure.refused();
            }
        }
    }

    /** @param before the transaction that was overtaken, whose priority the new one keeps; empty for none */
    private String begin(String before, long end) throws RestFailure, Refused {
        Map<String, Object> readWrite = before.isEmpty() ? Map.of() : Map.of("retryTransaction", before);
        Map<String, Object> request = Map.of("options", Map.of("readWrite", readWrite));
        return RestValues.text(object(persistently("beginTransaction", request, READ_AGAIN_AFTER, end))
                .get("transaction"));
    }

    /** Another transaction came in between: everything must be repeated. */
    private static final class Overtaken extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient RestFailure failure;

        Overtaken(RestFailure failure) {
            super(failure.code(), null, false, false);
            this.failure = failure;
        }
    }

    /** One run of a transaction's work. */
    private final class Run implements Transaction {
        private final String id;
        private final long end;
        private final List<Object> writes = new ArrayList<>();

        Run(String id, long end) {
            this.id = id;
            this.end = end;
        }

        <T> T of(Work<T> work) throws Refused {
            boolean isOver = false;
            try {
                T result = work.run(this);
                commit(writes, Map.of("transaction", id), end);
                isOver = true;
                return result;
            } catch (RestFailure failure) {
                throw refused(failure);
            } finally {
                if (!isOver) {
                    rollBack();
                }
            }
        }

        @Override
        public Snapshot read(DocumentPath document) throws Refused {
            List<DocumentPath> wanted = List.of(document);
            try {
                return readAll(within(documents.batchGet(wanted)), wanted, end).get(0);
            } catch (RestFailure failure) {
                throw refused(failure);
            }
        }

        @Override
        public List<Snapshot> find(Query query) throws Refused {
            try {
                return RestDatabase.this.find(within(documents.runQuery(query)), end);
            } catch (RestFailure failure) {
                throw refused(failure);
            }
        }

        private Map<String, Object> within(Map<String, Object> request) {
            request.put("transaction", id);
            return request;
        }

        private Refused refused(RestFailure failure) {
            if (failure.is(ABORTED)) {
                throw new Overtaken(failure);
            }
            return failure.refused();
        }

        @Override
        public void set(DocumentPath document, Map<String, Object> fields) {
            writes.add(documents.set(document, fields));
        }

        @Override
        public void delete(DocumentPath document) {
            writes.add(documents.delete(document));
        }

        /** Releases its locks at once. If it fails, they expire. */
        private void rollBack() {
            try {
                once("rollback", Json.write(Map.of("transaction", id)), nanos.getAsLong() + ROLLBACK.toNanos());
            } catch (RestFailure | Refused e) {
                // Nothing was written, and the failure has been reported.
            }
        }
    }

    @Override
    public void close() {
        // Idle connections close by themselves.
    }
}
