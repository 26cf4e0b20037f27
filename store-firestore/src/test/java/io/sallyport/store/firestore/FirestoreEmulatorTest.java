package io.sallyport.store.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

class FirestoreEmulatorTest {
    @Test
    void failsASuiteInCiThatHasNoEmulator() {
        assertThat(FirestoreEmulator.missing("true"))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("FIRESTORE_EMULATOR_HOST");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "false"})
    void skipsASuiteElsewhere(String ci) {
        assertThat(FirestoreEmulator.missing(ci))
                .isExactlyInstanceOf(TestAbortedException.class)
                .hasMessageContaining("FIRESTORE_EMULATOR_HOST");
    }
}
