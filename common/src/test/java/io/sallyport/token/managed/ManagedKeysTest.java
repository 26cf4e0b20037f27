package io.sallyport.token.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManagedKeysTest extends ManagedKeyFixture {
    private void assertUnavailable(ManagedKeys instance) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> instance.signer(now()))
                .matches(refused -> refused.reason().isUndecided());
    }

    @Test
    void decryptsEachKeyOnceHoweverManyTokensItSigns() throws Exception {
        first();
        ManagedKeys instance = instance();
        Race.of(8, () -> signing(instance));
        for (int i = 0; i < 1000; i++) {
            signing(instance);
        }
        assertThat(cipher.decryptions()).isEqualTo(1);
        assertThat(store.reads()).isEqualTo(2);

        ManagedKey second = next();
        assertThat(signing(instance)).isNotEqualTo(second.keyId());
        clock.set(second.signFrom());
        assertThat(signing(instance)).isEqualTo(second.keyId());
        assertThat(cipher.decryptions()).isEqualTo(2);
    }

    @Test
    void decryptsNothingToPublishOrToVerify() throws Refused {
        ManagedKey first = first();
        ManagedKeys instance = instance();
        assertThat(published(instance)).containsExactly(first.keyId());
        assertThat(instance.find(first.keyId(), now())).isPresent();
        assertThat(cipher.decryptions()).isZero();
    }

    @Test
    void isUndecidedIfThereIsNoKey() throws Refused {
        ManagedKeys instance = instance();
        assertUnavailable(instance);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> instance.published(now()))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason);
        assertThat(instance.find("any", now())).isEmpty();
    }

    @Test
    void usesNoKnownKeyIfTheDocumentIsDeleted() throws Refused {
        first();
        ManagedKeys instance = instance();
        signing(instance);
        store.delete(ISSUER);
        clock.advance(KnownKeys.FRESH);
        assertUnavailable(instance);
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> instance.published(now()));
    }

    @Test
    void usesNoKnownKeyIfTheDocumentIsAnother() throws Refused {
        first();
        ManagedKeys instance = instance();
        signing(instance);
        store.edit(ISSUER, text -> text.replace("\"issuer\":\"https://login", "\"issuer\":\"https://other"));
        clock.advance(KnownKeys.FRESH);
        assertUnavailable(instance);
    }

    @Test
    void usesNoKnownKeyIfTheStoreSaysThatItHoldsSomethingElse() throws Refused {
        first();
        ManagedKeys instance = instance();
        signing(instance);
        store.fail(Reason.KEYS_UNAVAILABLE);
        clock.advance(KnownKeys.FRESH);
        assertUnavailable(instance);
    }

    @Test
    void goesOnForAnHourWhileTheStoreIsDown() throws Refused {
        ManagedKey first = first();
        ManagedKeys instance = instance();
        signing(instance);
        store.fail(Reason.STORE_UNAVAILABLE);
        clock.advance(KeySchedule.MAX_STALE.minusSeconds(1));
        assertThat(signing(instance)).isEqualTo(first.keyId());
        assertThat(published(instance)).containsExactly(first.keyId());
        assertThat(instance.find(first.keyId(), now())).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertUnavailable(instance);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> instance.published(now()))
                .returns(Reason.STORE_UNAVAILABLE, Refused::reason);
        store.recover();
        assertUnavailable(instance);
        clock.advance(KnownKeys.COOLDOWN);
        assertThat(signing(instance)).isEqualTo(first.keyId());
    }

    @Test
    void triesADeadStoreNoOftenerThanEveryFiveSeconds() throws Refused {
        first();
        ManagedKeys instance = instance();
        signing(instance);
        store.fail(Reason.STORE_TIMEOUT);
        clock.advance(KnownKeys.FRESH);
        int before = store.reads();
        for (int second = 0; second < 10; second++) {
            signing(instance);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(store.reads() - before).isEqualTo(2);
    }

    @Test
    void findsAKeyThatIsNewerThanWhatItKnows() throws Refused {
        first();
        ManagedKeys instance = instance();
        published(instance);
        ManagedKey emergency = rotation.rotateAtOnce(now()).made().orElseThrow();
        assertThat(instance.find(emergency.keyId(), now())).isEmpty();
        clock.advance(KnownKeys.COOLDOWN);
        assertThat(instance.find(emergency.keyId(), now())).isPresent();
    }

    @Test
    void readsNoOftenerForUnknownKeysThanEveryFiveSeconds() throws Refused {
        first();
        ManagedKeys instance = instance();
        published(instance);
        int before = store.reads();
        clock.advance(KnownKeys.COOLDOWN);
        for (int i = 0; i < 100; i++) {
            assertThat(instance.find("unknown-" + i, now())).isEmpty();
        }
        assertThat(store.reads() - before).isEqualTo(1);
    }

    @Test
    void couldNotCheckAnUnknownKeyWhileTheStoreIsDown() throws Refused {
        first();
        ManagedKeys instance = instance();
        published(instance);
        store.fail(Reason.STORE_TIMEOUT);
        clock.advance(KnownKeys.COOLDOWN);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> instance.find("unknown", now()))
                .returns(Reason.STORE_TIMEOUT, Refused::reason);
    }

    @Test
    void signsWithTheOldKeyAsLongAsItMayIfTheNewOneCannotBeDecrypted() throws Refused {
        ManagedKey first = first();
        ManagedKeys instance = instance();
        signing(instance);
        ManagedKey second = next();
        cipher.fail(Reason.KEYS_TIMEOUT);
        clock.set(second.signFrom());
        assertThat(signing(instance)).isEqualTo(first.keyId());
        assertThat(problems).anyMatch(problem -> problem.startsWith(second.keyId()));
        clock.set(first.signUntil());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> instance.signer(now()))
                .returns(Reason.KEYS_TIMEOUT, Refused::reason);
        cipher.recover();
        clock.advance(DecryptedKeys.MAX_PAUSE);
        assertThat(signing(instance)).isEqualTo(second.keyId());
    }

    @Test
    void waitsLongerAfterEachFailureToDecrypt() throws Refused {
        first();
        ManagedKeys instance = instance();
        cipher.fail(Reason.KEYS_UNAVAILABLE);
        for (int second = 0; second < 3600; second++) {
            assertUnavailable(instance);
            clock.advance(Duration.ofSeconds(1));
        }
        // After 5, 10, 20, 40, 80 and 160 seconds, and every five minutes from then on.
        assertThat(cipher.decryptions()).isBetween(15, 19);
    }

    @Test
    void forgetsAPrivateKeyThatIsRemoved() throws Refused {
        ManagedKey first = first();
        ManagedKeys instance = instance();
        signing(instance);
        ManagedKey emergency = rotation.rotateAtOnce(now()).made().orElseThrow();
        rotation.remove(first.keyId(), now());
        clock.advance(KnownKeys.FRESH);
        assertThat(signing(instance)).isEqualTo(emergency.keyId());
        assertThat(cipher.decryptions()).isEqualTo(2);
    }

    @Test
    void publishesKeysFromBeforeTheManagedOnesToo() throws Refused {
        SigningKey earlier = SigningKey.of(ManagedKeyStoreContract.generate(), KeyState.RETIRED, now())
                .publicPart();
        ManagedKey first = first();
        ManagedKeys instance =
                new ManagedKeys(ISSUER, store, cipher, List.of(earlier, first.publicKey()), (keyId, why) -> {});
        assertThat(published(instance)).containsExactly(first.keyId(), earlier.keyId());
        assertThat(instance.find(earlier.keyId(), now())).isPresent();
    }
}
