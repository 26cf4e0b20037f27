package io.sallyport.token.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.Race;
import io.sallyport.Refused;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestKeyCipher;
import io.sallyport.token.managed.ManagedKeyStore.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every store of managed keys does. */
public abstract class ManagedKeyStoreContract {
    protected static final String ISSUER = "https://login.example.com";
    protected static final Instant NOW = TestClock.START;

    /** The store: the same documents at every call, as another process would see them. */
    protected abstract ManagedKeyStore store() throws Exception;

    /** A store that cannot be reached. */
    protected abstract ManagedKeyStore storeThatIsDown() throws Exception;

    static JWK generate() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void hasNoDocumentAtFirst() throws Exception {
        assertThat(store().read(ISSUER)).isEqualTo(Stored.NONE);
    }

    @Test
    void givesBackWhatWasWritten() throws Exception {
        String text = "{\"keys\":[\"" + "ü x".repeat(30_000) + "\"]}";
        assertThat(store().write(ISSUER, Stored.NONE, text)).isTrue();
        assertThat(store().read(ISSUER)).isEqualTo(new Stored(1, text));
    }

    @Test
    void createsADocumentOnce() throws Exception {
        assertThat(store().write(ISSUER, Stored.NONE, "{\"a\":1}")).isTrue();
        assertThat(store().write(ISSUER, Stored.NONE, "{\"b\":1}")).isFalse();
        assertThat(store().read(ISSUER)).isEqualTo(new Stored(1, "{\"a\":1}"));
    }

    @Test
    void replacesADocumentThatIsUnchangedSinceItWasRead() throws Exception {
        store().write(ISSUER, Stored.NONE, "{\"a\":1}");
        Stored read = store().read(ISSUER);
        assertThat(store().write(ISSUER, read, "{\"b\":1}")).isTrue();
        assertThat(store().write(ISSUER, read, "{\"c\":1}")).isFalse();
        assertThat(store().read(ISSUER)).isEqualTo(new Stored(2, "{\"b\":1}"));
    }

    @Test
    void doesNotReplaceADocumentThatIsGone() throws Exception {
        assertThat(store().write(ISSUER, new Stored(1, "{\"a\":1}"), "{\"b\":1}"))
                .isFalse();
        assertThat(store().read(ISSUER)).isEqualTo(Stored.NONE);
    }

    @Test
    void keepsIssuersApart() throws Exception {
        store().write(ISSUER, Stored.NONE, "{\"a\":1}");
        assertThat(store().read(ISSUER + "/")).isEqualTo(Stored.NONE);
        assertThat(store().write(ISSUER + "/", Stored.NONE, "{\"b\":1}")).isTrue();
        assertThat(store().read(ISSUER).text()).isEqualTo("{\"a\":1}");
    }

    @Test
    void letsOneOfManyWritersReplaceADocument() throws Exception {
        store().write(ISSUER, Stored.NONE, "{\"a\":1}");
        Stored read = store().read(ISSUER);
        List<Boolean> written = Race.of(8, () -> store().write(ISSUER, read, "{\"b\":1}"));
        assertThat(written).containsOnlyOnce(true);
        assertThat(store().read(ISSUER).generation()).isEqualTo(2);
    }

    @Test
    void letsOneOfManyWritersCreateADocument() throws Exception {
        assertThat(Race.of(8, () -> store().write(ISSUER, Stored.NONE, "{\"a\":1}")))
                .containsOnlyOnce(true);
    }

    /** The first key, and then the next: eight processes, whose clocks are up to ten minutes apart. */
    @Test
    void getsOneKeyFromManyProcessesThatRotateAtOnce() throws Exception {
        for (Instant due : List.of(NOW, NOW.plus(Duration.ofDays(7)))) {
            AtomicInteger process = new AtomicInteger();
            List<Optional<ManagedKey>> made = Race.of(8, () -> {
                Duration skew = Duration.ofSeconds(process.getAndIncrement() * 75L);
                return rotation().rotateIfDue(due.plus(skew)).made();
            });
            assertThat(made).filteredOn(Optional::isPresent).hasSize(1);
        }
        assertThat(rotation().keys().keys()).hasSize(2);
    }

    private ManagedKeyRotation rotation() throws Exception {
        return new ManagedKeyRotation(
                ISSUER,
                store(),
                new TestKeyCipher(),
                ManagedKeyStoreContract::generate,
                new KeySchedule(KeySchedule.DEFAULT_ROTATION));
    }

    @Test
    void saysThatItIsDown() throws Exception {
        ManagedKeyStore down = storeThatIsDown();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> down.read(ISSUER))
                .matches(refused -> refused.reason().isUndecided());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> down.write(ISSUER, Stored.NONE, "{}"))
                .matches(refused -> refused.reason().isUndecided());
    }
}
