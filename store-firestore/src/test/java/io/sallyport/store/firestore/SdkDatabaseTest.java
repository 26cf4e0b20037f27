package io.sallyport.store.firestore;

import static io.sallyport.Reason.STORE_TIMEOUT;
import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.api.core.ApiFutures;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.method.provider.Providers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SdkDatabaseTest {
    private static final IdentityId RIG = new IdentityId("rig");

    /** A database at a port on which nothing listens. */
    static SdkDatabase unreachable() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return SdkDatabase.openEmulator("p", "sallyport", "127.0.0.1:" + socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void givesUpOnADatabaseThatDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                FirestoreDatabase database = SdkDatabase.openEmulator(
                        "p", "sallyport", "127.0.0.1:" + silent.getLocalPort(), Duration.ofMillis(200))) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> new FirestoreIdentityStore(database, Providers.DOCUMENTS).find(RIG))
                    .returns(STORE_TIMEOUT, Refused::reason);
        }
    }

    @Test
    void staysInterrupted() {
        try (FirestoreDatabase database = unreachable()) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> new FirestoreIdentityStore(database, Providers.DOCUMENTS).find(RIG))
                    .returns(STORE_UNAVAILABLE, Refused::reason);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** The client waits for a call that fails at once, on the thread that makes it. */
    @Test
    void staysInterruptedWhenTheClientNoticesFirst() {
        try (SdkDatabase database = unreachable()) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> database.answer(ApiFutures.immediateFailedFuture(new InterruptedException())))
                    .returns(STORE_UNAVAILABLE, Refused::reason);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void keepsTheDatabasesOfAProjectApart() throws Refused {
        String project = FirestoreEmulator.freshProject();
        String emulator = FirestoreEmulator.hostAndPort();
        Identity rig = new Identity(RIG, "Rig", Identity.NO_ACCESS, Map.of(), false, List.of());
        try (FirestoreDatabase one = SdkDatabase.openEmulator(project, "one", emulator);
                FirestoreDatabase other = SdkDatabase.openEmulator(project, "other", emulator)) {
            new FirestoreIdentityStore(one, Providers.DOCUMENTS).save(rig);
            assertThat(new FirestoreIdentityStore(one, Providers.DOCUMENTS).find(RIG))
                    .contains(rig);
            assertThat(new FirestoreIdentityStore(other, Providers.DOCUMENTS).find(RIG))
                    .isEmpty();
        }
    }
}
