package io.sallyport.store.firestore;

import static io.sallyport.Reason.NAME_TAKEN;
import static io.sallyport.Reason.STORE_TIMEOUT;
import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.sallyport.IdentityId;
import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.method.provider.Providers;
import io.sallyport.store.firestore.FirestoreDatabase.Outcome;
import io.sallyport.store.firestore.RestCalls.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to answers that the emulator never gives; the contract tests cover those that it gives. */
@Timeout(120)
class RestDatabaseTest {
    private static final String DOCUMENTS = "projects/p/databases/sallyport/documents/";
    private static final DocumentPath RIG = new DocumentPath("identities", "rig");
    private static final String RIG_FOUND = "{\"found\":{\"name\":\"" + DOCUMENTS
            + "identities/rig\",\"fields\":{},\"updateTime\":\"2026-01-01T00:00:00Z\"}}";

    private final AtomicLong now = new AtomicLong();
    private final List<String> paths = new ArrayList<>();
    private final List<Map<String, Object>> requests = new ArrayList<>();
    private final Deque<RestCalls> answers = new ArrayDeque<>();

    /** Gives one answer after the other, and repeats the last one. */
    private final FirestoreDatabase database = RestDatabase.open(
            "p",
            "sallyport",
            (path, json, longest) -> {
                paths.add(path);
                requests.add(parse(json));
                return (answers.size() > 1 ? answers.remove() : answers.element()).post(path, json, longest);
            },
            // Pauses end at once.
            () -> 0,
            now::get);

    private static Map<String, Object> parse(byte[] json) {
        try {
            return Json.parseObject(json);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A database at a port on which nothing listens. */
    static FirestoreDatabase unreachable() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return over("127.0.0.1:" + socket.getLocalPort(), Duration.ofSeconds(5));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FirestoreDatabase over(String hostAndPort, Duration longestCall) {
        return new RestDatabase(
                "p", "sallyport", FirestoreCalls.emulator(hostAndPort), new Random(), System::nanoTime, longestCall);
    }

    private void answer(int status, String body) {
        answers.add((path, json, longest) -> new Answer(status, body));
    }

    private void fail(String code) {
        answer(409, "{\"error\":{\"code\":409,\"message\":\"secret\",\"status\":\"" + code + "\"}}");
    }

    @Test
    void givesUpOnADatabaseThatDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                FirestoreDatabase slow = over("127.0.0.1:" + silent.getLocalPort(), Duration.ofMillis(200))) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> new FirestoreIdentityStore(slow, Providers.DOCUMENTS).find(new IdentityId("rig")))
                    .returns(STORE_TIMEOUT, Refused::reason);
        }
    }

    @Test
    void staysInterrupted() {
        try (FirestoreDatabase nowhere = unreachable()) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(
                            () -> new FirestoreIdentityStore(nowhere, Providers.DOCUMENTS).find(new IdentityId("rig")))
                    .returns(STORE_UNAVAILABLE, Refused::reason);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void keepsTheDatabasesOfAProjectApart() throws Refused {
        String project = FirestoreEmulator.freshProject();
        RestCalls calls = FirestoreCalls.emulator(FirestoreEmulator.hostAndPort());
        Identity rig = new Identity(new IdentityId("rig"), "Rig", Identity.NO_ACCESS, Map.of(), false, List.of());
        Duration patient = Duration.ofMinutes(1);
        try (FirestoreDatabase one = new RestDatabase(project, "one", calls, new Random(), System::nanoTime, patient);
                FirestoreDatabase other =
                        new RestDatabase(project, "other", calls, new Random(), System::nanoTime, patient)) {
            new FirestoreIdentityStore(one, Providers.DOCUMENTS).save(rig);
            assertThat(new FirestoreIdentityStore(one, Providers.DOCUMENTS).find(rig.id()))
                    .contains(rig);
            assertThat(new FirestoreIdentityStore(other, Providers.DOCUMENTS).find(rig.id()))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | {\"error\":{\"status\":\"NOT_FOUND\",\"message\":\"secret\"}} | NOT_FOUND",
                "403 | [{\"error\":{\"status\":\"PERMISSION_DENIED\"}}] | PERMISSION_DENIED",
                "401 | {\"error\":{\"status\":\"UNAUTHENTICATED\"}} | UNAUTHENTICATED",
                "400 | {\"error\":{\"status\":\"forged\\nline\"}} | UNKNOWN",
                "400 | {\"error\":{\"status\":1}} | UNKNOWN",
                "400 | {\"error\":\"secret\"} | UNKNOWN",
                "400 | {} | UNKNOWN",
                "400 | secret | HTTP_400",
                "302 | '' | HTTP_302",
                "404 | <html>secret</html> | HTTP_404",
                "503 | <html>secret</html> | UNAVAILABLE",
                "502 | '' | UNAVAILABLE",
                "500 | '' | INTERNAL",
                "429 | '' | RESOURCE_EXHAUSTED",
                "200 | [{\"error\":{\"status\":\"PERMISSION_DENIED\"}}] | PERMISSION_DENIED",
                "200 | [] | MALFORMED_ANSWER",
                "200 | {} | MALFORMED_ANSWER",
                "200 | [{\"readTime\":\"2026-01-01T00:00:00Z\"}] | MALFORMED_ANSWER",
                "200 | [1] | MALFORMED_ANSWER",
                "200 | [{\"found\":1}] | MALFORMED_ANSWER",
                "200 | [{\"missing\":1}] | MALFORMED_ANSWER",
                "200 | [{\"missing\":\"projects/p/databases/other/documents/identities/rig\"}] | MALFORMED_ANSWER",
                "200 | [{\"missing\":\"projects/p/databases/sallyport/documents/identities/other\"}] | MALFORMED_ANSWER",
                "200 | [{\"missing\":\"projects/p/databases/sallyport/documents/identities\"}] | MALFORMED_ANSWER",
                "200 | [{\"missing\":\"projects/p/databases/sallyport/documents/identities/rig/a/rig\"}]"
                        + " | MALFORMED_ANSWER",
                "200 | [{\"found\":{\"name\":\"projects/p/databases/sallyport/documents/identities/rig\"}}]"
                        + " | MALFORMED_ANSWER"
            })
    void takesAnAnswerThatIsNoneForNone(int status, String body, String told) {
        answer(status, body);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> database.read(RIG))
                .returns(STORE_UNAVAILABLE, Refused::reason)
                .returns("Firestore: " + told, Refused::detail);
    }

    @Test
    void putsDocumentsInTheOrderTheyWereAskedFor() throws Refused {
        answer(200, "[{\"missing\":\"" + DOCUMENTS + "sessions/a.1\"}," + RIG_FOUND + "]");
        DocumentPath other = new DocumentPath("sessions", "a.1");
        assertThat(database.readAll(List.of(RIG, other)))
                .extracting(Snapshot::path, Snapshot::exists)
                .containsExactly(tuple(RIG, true), tuple(other, false));
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, 5, 5",
        "RESOURCE_EXHAUSTED, 5, 5",
        "INTERNAL, 5, 1",
        "DEADLINE_EXCEEDED, 5, 1",
        "ABORTED, 1, 1",
        "UNKNOWN, 1, 1",
        "PERMISSION_DENIED, 1, 1",
        "UNAUTHENTICATED, 1, 1",
        "NOT_FOUND, 1, 1"
    })
    void triesAgainAfterWhatMayPass(String code, int reads, int writes) throws Refused {
        Reason reason = code.equals("DEADLINE_EXCEEDED") ? STORE_TIMEOUT : STORE_UNAVAILABLE;
        fail(code);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> database.read(RIG))
                .returns(reason, Refused::reason);
        assertThat(paths).hasSize(reads).containsOnly("/v1/projects/p/databases/sallyport/documents:batchGet");
        paths.clear();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> database.set(RIG, Map.of()))
                .returns(reason, Refused::reason);
        assertThat(paths).hasSize(writes).containsOnly("/v1/projects/p/databases/sallyport/documents:commit");
    }

    @Test
    void takesABrokenConnectionForAMomentsTrouble() throws Refused {
        answers.add((path, json, longest) -> {
            throw new EOFException("secret");
        });
        answer(200, "[" + RIG_FOUND + "]");
        assertThat(database.read(RIG).exists()).isTrue();
    }

    /** It may have been carried out, or be still in progress. */
    @Test
    void makesNoWriteAgainThatGotNoAnswerInTime() {
        answers.add((path, json, longest) -> {
            throw new SocketTimeoutException("secret");
        });
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> database.set(RIG, Map.of()))
                .returns(STORE_TIMEOUT, Refused::reason);
        assertThat(paths).hasSize(1);
    }

    @Test
    void asksNoLongerThanACallMayTake() {
        List<Duration> given = new ArrayList<>();
        answers.add((path, json, longest) -> {
            given.add(longest);
            now.addAndGet(longest.toNanos());
            throw new SocketTimeoutException();
        });
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> database.read(RIG))
                .returns(STORE_TIMEOUT, Refused::reason);
        assertThat(given).containsExactly(Duration.ofMillis(2500), Duration.ofMillis(2500));
    }

    @ParameterizedTest
    @CsvSource({"ALREADY_EXISTS, EXISTS", "FAILED_PRECONDITION, OVERTAKEN", "ABORTED, OVERTAKEN"})
    void tellsAWriteThatCameTooLate(String code, Outcome outcome) throws Refused {
        fail(code);
        assertThat(database.create(RIG, Map.of())).isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "{\"commitTime\""})
    void takesAWriteForMadeOnlyIfFirestoreSaysSo(String body) {
        answer(200, body);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> database.create(RIG, Map.of()))
                .returns("Firestore: MALFORMED_ANSWER", Refused::detail);
    }

    /** Only the transaction's own reads and writes, under its id; its locks are released at once. */
    @Test
    void rollsBackWhatIsRefused() {
        answer(200, "{\"transaction\":\"dHg=\"}");
        answer(200, "[" + RIG_FOUND + "]");
        answer(200, "{}");
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> database.transact(transaction -> {
                    transaction.read(RIG);
                    transaction.set(RIG, Map.of());
                    throw new Refused(NAME_TAKEN, "");
                }))
                .returns(NAME_TAKEN, Refused::reason);
        assertThat(methods()).containsExactly("beginTransaction", "batchGet", "rollback");
        assertThat(requests.subList(1, 3))
                .extracting(request -> request.get("transaction"))
                .containsExactly("dHg=", "dHg=");
    }

    @Test
    void rollsBackAfterABug() {
        answer(200, "{\"transaction\":\"dHg=\"}");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> database.transact(transaction -> {
                    throw new IllegalStateException();
                }));
        assertThat(methods()).containsExactly("beginTransaction", "rollback");
    }

    @Test
    void doesItAgainIfAnotherOneCameInBetween() throws Refused {
        answer(200, "{\"transaction\":\"b25l\"}");
        fail("ABORTED");
        answer(200, "{}");
        answer(200, "{\"transaction\":\"dHdv\"}");
        answer(200, "[" + RIG_FOUND + "]");
        fail("ABORTED");
        answer(200, "{}");
        answer(200, "{\"transaction\":\"dGhyZWU=\"}");
        answer(200, "[" + RIG_FOUND + "]");
        answer(200, "{}");
        assertThat(database.<Boolean>transact(transaction -> {
                    transaction.delete(RIG);
                    return transaction.read(RIG).exists();
                }))
                .isTrue();
        assertThat(methods())
                .containsExactly(
                        "beginTransaction",
                        "batchGet",
                        "rollback",
                        "beginTransaction",
                        "batchGet",
                        "commit",
                        "rollback",
                        "beginTransaction",
                        "batchGet",
                        "commit");
        assertThat(requests.get(3)).isEqualTo(beginAfter("b25l"));
        assertThat(requests.get(7)).isEqualTo(beginAfter("dHdv"));
        assertThat(requests.get(9))
                .isEqualTo(Map.of(
                        "transaction", "dGhyZWU=", "writes", List.of(Map.of("delete", DOCUMENTS + "identities/rig"))));
    }

    private static Map<String, Object> beginAfter(String transaction) {
        return Map.of("options", Map.of("readWrite", Map.of("retryTransaction", transaction)));
    }

    @Test
    void givesUpOnATransactionThatIsOvertakenForTooLong() {
        answer(200, "{\"transaction\":\"dHg=\"}");
        fail("ABORTED");
        answers.add((path, json, longest) -> {
            now.addAndGet(Duration.ofSeconds(5).toNanos());
            return new Answer(200, "{}");
        });
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> database.transact(transaction -> transaction.read(RIG)))
                .returns(STORE_UNAVAILABLE, Refused::reason)
                .returns("Firestore: ABORTED", Refused::detail);
        assertThat(methods()).containsExactly("beginTransaction", "batchGet", "rollback");
    }

    @Test
    void doesNothingWithoutATransaction() {
        answer(200, "{}");
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> database.transact(transaction -> "done"))
                .returns("Firestore: MALFORMED_ANSWER", Refused::detail);
    }

    /** Instances know nothing about each other: only Firestore separates them, by making them wait for locks. */
    @Test
    void instancesThatRaceGetThrough() throws Exception {
        String project = FirestoreEmulator.freshProject();
        Deque<FirestoreDatabase> instances = new ArrayDeque<>();
        for (int i = 0; i < 4; i++) {
            instances.add(FirestoreEmulator.restDatabase(project));
        }
        FirestoreDatabase any = instances.element();
        any.set(RIG, Map.of("count", 0L));
        Race.of(
                4,
                () -> take(instances).<Boolean>transact(transaction -> {
                    long count = (Long) requireNonNull(transaction.read(RIG).get("count"));
                    transaction.set(RIG, Map.of("count", count + 1));
                    return true;
                }));
        assertThat(any.read(RIG).get("count")).isEqualTo(4L);
    }

    private static FirestoreDatabase take(Deque<FirestoreDatabase> instances) {
        synchronized (instances) {
            return instances.remove();
        }
    }

    private List<String> methods() {
        return paths.stream()
                .map(path -> path.substring(path.lastIndexOf(':') + 1))
                .toList();
    }
}
