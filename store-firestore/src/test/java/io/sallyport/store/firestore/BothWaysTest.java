package io.sallyport.store.firestore;

import static io.sallyport.Reason.IDENTITY_INVALID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.cloud.firestore.Blob;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.cloud.firestore.GeoPoint;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.method.provider.Providers;
import io.sallyport.store.firestore.FirestoreDatabase.Outcome;
import io.sallyport.testing.OtherSpender;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one client writes, the other reads: an operator's tools and the functions need not use the same one. */
@Timeout(600)
class BothWaysTest {
    private static final DocumentPath PATH = new DocumentPath("identities", "rig");

    /** Waits so long that no answer is lost, however busy the machine is. */
    private static final Duration PATIENT = Duration.ofMinutes(2);

    private final String project = FirestoreEmulator.freshProject();

    @AutoClose
    private final FirestoreDatabase sdk = FirestoreEmulator.database(project);

    @AutoClose
    private final FirestoreDatabase rest = FirestoreEmulator.restDatabase(project);

    private static Map<String, Object> fields() {
        Map<String, Object> fields = new HashMap<>();
        fields.put("nothing", null);
        fields.put("empty", "");
        fields.put("text", "å \uD83D\uDE00 \u0000 \"\\/\u2028\u001F");
        fields.put("yes", true);
        fields.put("no", false);
        fields.put("least", Long.MIN_VALUE);
        fields.put("most", Long.MAX_VALUE);
        fields.put("double", 1.0);
        fields.put("fraction", Double.MIN_VALUE);
        fields.put("large", Double.MAX_VALUE);
        fields.put("nan", Double.NaN);
        fields.put("infinite", Double.NEGATIVE_INFINITY);
        fields.put("time", Instant.parse("2026-01-01T00:00:00.000001Z"));
        fields.put("noList", List.of());
        fields.put("list", Arrays.asList("a", 1L, null, Map.of("in", List.of(true))));
        fields.put("noMap", Map.of());
        fields.put("map", Map.of("a.b", Map.of("`c`", "odd names")));
        return fields;
    }

    @Test
    void everyKindOfValue() throws Refused {
        sdk.set(PATH, fields());
        assertThat(rest.read(PATH).fields()).isEqualTo(Optional.of(fields()));
        sdk.delete(PATH);
        rest.set(PATH, fields());
        assertThat(sdk.read(PATH).fields()).isEqualTo(Optional.of(fields()));
        assertThat(rest.read(PATH).fields()).isEqualTo(Optional.of(fields()));
    }

    /** As deep as Firestore allows, which is deeper than any of our documents. */
    @Test
    void theDeepestDocument() throws Refused {
        Map<String, Object> deep = Map.of("leaf", 1L);
        for (int level = 1; level < 19; level++) {
            deep = Map.of("map", deep);
        }
        sdk.set(PATH, deep);
        assertThat(rest.read(PATH).fields()).isEqualTo(Optional.of(deep));
        assertThat(sdk.read(PATH).fields()).isEqualTo(Optional.of(deep));
    }

    @Test
    void aDocumentIsReplacedOnlyAsItWasRead() throws Refused {
        for (FirestoreDatabase database : List.of(sdk, rest)) {
            FirestoreDatabase other = database.equals(sdk) ? rest : sdk;
            database.set(PATH, Map.of("a", 1L, "b", 1L));
            Snapshot read = database.read(PATH);
            assertThat(other.replace(other.read(PATH), Map.of("a", 2L))).isEqualTo(Outcome.WRITTEN);
            assertThat(database.replace(read, Map.of("b", 2L))).isEqualTo(Outcome.OVERTAKEN);
            assertThat(database.read(PATH).fields()).isEqualTo(Optional.of(Map.of("a", 2L, "b", 1L)));
            assertThat(database.create(PATH, Map.of())).isEqualTo(Outcome.EXISTS);
        }
    }

    @Test
    void noneOfSeveralIsCreatedIfOneIsThere() throws Refused {
        for (FirestoreDatabase database : List.of(sdk, rest)) {
            database.set(PATH, Map.of("a", 1L));
            DocumentPath other = new DocumentPath("identities", "other");
            Map<DocumentPath, Map<String, Object>> both = new LinkedHashMap<>();
            both.put(other, Map.of());
            both.put(PATH, Map.of());
            assertThat(database.create(both)).isEqualTo(Outcome.EXISTS);
            assertThat(database.read(other).exists()).isFalse();
        }
    }

    /** Kinds of values that only others write. */
    @Test
    void anIdentityWithAnotherKindOfValueIsInvalid() throws Exception {
        Firestore firestore = FirestoreOptions.newBuilder()
                .setEmulatorHost(FirestoreEmulator.hostAndPort())
                .setProjectId(project)
                .setDatabaseId("sallyport")
                .build()
                .getService();
        try {
            List<Object> values = List.of(
                    Blob.fromBytes(new byte[] {1}),
                    new GeoPoint(1, 2),
                    firestore.document("identities/other"),
                    com.google.cloud.Timestamp.ofTimeSecondsAndNanos(0, 0));
            for (Object value : values) {
                firestore.document("identities/rig").set(Map.of("name", value)).get();
                for (FirestoreDatabase database : List.of(sdk, rest)) {
                    assertThatExceptionOfType(Refused.class)
                            .isThrownBy(() -> new FirestoreIdentityStore(database, Providers.DOCUMENTS)
                                    .find(new IdentityId("rig")))
                            .returns(IDENTITY_INVALID, Refused::reason);
                }
            }
        } finally {
            firestore.shutdownNow();
        }
    }

    @Test
    void exactlyTheLimitIsGivenOutInTwoProcesses() throws Exception {
        SessionId session = new SessionId("session-0000000001");
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        try (FirestoreDatabase patient = new RestDatabase(
                        project,
                        "sallyport",
                        FirestoreCalls.emulator(FirestoreEmulator.hostAndPort()),
                        new Random(),
                        System::nanoTime,
                        PATIENT);
                OtherSpender other = OtherSpender.start(OtherProcess.class, project, FirestoreEmulator.hostAndPort())) {
            TokenStore store = new FirestoreTokenStore(patient, new Random());
            store.open(session, 1_000, now.plusSeconds(60));
            OtherSpender.Spent spent = other.spendAll(store, session, 16, now);
            assertThat(spent.inAll()).isEqualTo(1_000);
            assertThat(store.usesLeft(session, now)).hasValue(0);
        }
    }

    /** Uses the same database, through the library. */
    static final class OtherProcess {
        public static void main(String[] arguments) throws Exception {
            try (FirestoreDatabase database =
                    SdkDatabase.openEmulator(arguments[0], "sallyport", arguments[1], PATIENT)) {
                OtherSpender.serve(new FirestoreTokenStore(database, new Random()));
            }
        }
    }
}
