package io.sallyport.store.firestore;

import static io.sallyport.Reason.STORE_TIMEOUT;
import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KeyedLockTest {
    private final KeyedLock patient = new KeyedLock(Duration.ofMinutes(1));

    @Test
    void letsOneAfterTheOtherChangeADocument() throws Exception {
        int[] unguarded = {0};
        Race.of(32, () -> {
            for (int i = 0; i < 2_000; i++) {
                patient.await("document", () -> unguarded[0]++);
            }
            return true;
        });
        assertThat(unguarded[0]).isEqualTo(64_000);
    }

    @Test
    void neverWaitsForAnotherDocument() throws Refused {
        String answer = patient.await(
                "a", () -> inAnotherThread(patient, "b").map(Reason::code).orElse("done"));
        assertThat(answer).isEqualTo("done");
    }

    @Test
    void neverWaitsForLong() throws Refused {
        KeyedLock impatient = new KeyedLock(Duration.ZERO);
        assertThat(impatient.await("a", () -> inAnotherThread(impatient, "a"))).contains(STORE_TIMEOUT);
        assertThat(inAnotherThread(impatient, "a")).isEmpty();
    }

    @Test
    void givesTheTurnOnWhenOneFails() {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> patient.await("a", () -> {
                    throw new Refused(STORE_UNAVAILABLE, "");
                }));
        assertThat(inAnotherThread(patient, "a")).isEmpty();
    }

    @Test
    void staysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> patient.await("a", () -> 1))
                .returns(STORE_UNAVAILABLE, Refused::reason);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** Why another thread did not get its turn; empty if it did. */
    private static Optional<Reason> inAnotherThread(KeyedLock turns, String document) {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        turns.await(document, () -> 1);
                        return Optional.<Reason>empty();
                    } catch (Refused refused) {
                        return Optional.of(refused.reason());
                    }
                })
                .join();
    }
}
