package io.sallyport.token.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.testing.TestKeyCipher;
import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagedKeyRotationTest extends ManagedKeyFixture {
    @Test
    void makesTheFirstKeyThatSignsAtOnceOnEveryInstanceWhateverItsClock() throws Refused {
        ManagedKey first = first();
        ManagedKeys instance = instance();
        assertThat(instance.signer(now().minus(KeySchedule.SKEW)).keyId()).isEqualTo(first.keyId());
        assertThat(instance.signer(now().plus(KeySchedule.SKEW)).keyId()).isEqualTo(first.keyId());
    }

    @Test
    void makesNoKeyBeforeItIsDueHoweverOftenItIsCalled() throws Refused {
        ManagedKey first = first();
        Instant due = first.signFrom().plus(WEEK).minus(KeySchedule.LEAD);
        for (Instant time : new Instant[] {now(), now().plus(Duration.ofDays(1)), due.minusSeconds(1)}) {
            assertThat(rotation.rotateIfDue(time).made()).isEmpty();
        }
        assertThat(rotation.rotateIfDue(due).made()).isPresent();
        assertThat(rotation.rotateIfDue(due).made()).isEmpty();
        assertThat(cipher.encryptions()).isEqualTo(2);
    }

    @Test
    void publishesAKeyForTheLeadBeforeItSigns() throws Refused {
        ManagedKey first = first();
        ManagedKey second = next();
        assertThat(Duration.between(second.created(), second.signFrom())).isEqualTo(KeySchedule.LEAD);
        assertThat(KeySchedule.LEAD)
                .isGreaterThan(
                        KeySchedule.MAX_STALE.plus(SigningKeys.CACHE_TIME).plus(KeySchedule.SKEW.multipliedBy(2)));
        ManagedKeys instance = instance();
        assertThat(published(instance)).containsExactly(first.keyId(), second.keyId());
        clock.set(second.signFrom().minusSeconds(1));
        assertThat(signing(instance)).isEqualTo(first.keyId());
        clock.set(second.signFrom());
        assertThat(signing(instance)).isEqualTo(second.keyId());
    }

    @Test
    void roundsTimesSoThatNoWaitIsTooShort() throws Refused {
        first();
        Instant odd = now().plusNanos(1);
        ManagedKey second = rotation.rotate(odd).made().orElseThrow();
        assertThat(second.created()).isEqualTo(now());
        assertThat(second.signFrom()).isEqualTo(now().plus(KeySchedule.LEAD).plusSeconds(1));
    }

    @Test
    void retiresAKeyWhenItsLastTokenHasExpired() throws Refused {
        ManagedKey first = first();
        ManagedKey second = next();
        Instant lastToken = first.signUntil().plus(TokenPolicy.MAX_TOKEN_TTL);
        assertThat(first.retireAt()).isAfterOrEqualTo(lastToken);
        ManagedKeys instance = instance();
        clock.set(first.retireAt().minusSeconds(1));
        assertThat(published(instance)).contains(first.keyId());
        clock.set(first.retireAt());
        assertThat(published(instance)).doesNotContain(first.keyId()).contains(second.keyId());
        assertThat(rotation.keys().find(first.keyId())).isPresent();
        rotation.rotateIfDue(now());
        assertThat(rotation.keys().find(first.keyId())).isEmpty();
    }

    /** Whatever the largest period, the times that we write are times that we read. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 90})
    void writesTimesThatItReads(int days) throws Refused {
        ManagedKeyRotation other = new ManagedKeyRotation(
                ISSUER, store, cipher, ManagedKeyStoreContract::generate, new KeySchedule(Duration.ofDays(days)));
        other.rotateIfDue(now());
        other.rotate(now());
        assertThat(other.keys().keys()).hasSize(2);
        assertThat(other.keys().refused()).isEmpty();
    }

    @Test
    void rotatesEveryDayToEveryNinetyDays() {
        for (Duration other : new Duration[] {Duration.ofDays(1).minusSeconds(1), Duration.ofDays(91)}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new KeySchedule(other));
        }
    }

    @Test
    void makesTheNextKeyOnCommandUnlessThereIsOne() throws Refused {
        ManagedKey first = first();
        ManagedKey second = rotation.rotate(now()).made().orElseThrow();
        assertThat(second.signFrom()).isEqualTo(now().plus(KeySchedule.LEAD));
        assertThat(rotation.rotate(now()).made()).isEmpty();
        assertThat(rotation.keys().keys()).extracting(ManagedKey::keyId).containsExactly(first.keyId(), second.keyId());
        assertThat(ManagedKeyRotation.nextRotation(rotation.keys(), WEEKLY))
                .contains(second.signFrom().plus(WEEK).minus(KeySchedule.LEAD));
    }

    @Test
    void signsWithAKeyForEmergenciesAtOnceInPlaceOfAnyOther() throws Refused {
        first();
        rotation.rotate(now());
        ManagedKeys instance = instance();
        ManagedKey emergency = rotation.rotateAtOnce(now()).made().orElseThrow();
        assertThat(signing(instance)).isEqualTo(emergency.keyId());
        clock.advance(KeySchedule.LEAD.multipliedBy(2));
        assertThat(signing(instance)).isEqualTo(emergency.keyId());
    }

    @Test
    void removesACompromisedKeyAtOnceOnceAnotherSigns() throws Refused {
        ManagedKey compromised = first();
        assertThat(rotation.remove(compromised.keyId(), now())).isEmpty();
        assertThat(rotation.keys().find(compromised.keyId())).isPresent();

        rotation.rotate(now());
        assertThat(rotation.remove(compromised.keyId(), now())).isEmpty();

        ManagedKey emergency = rotation.rotateAtOnce(now()).made().orElseThrow();
        ManagedKeys instance = instance();
        assertThat(signing(instance)).isEqualTo(emergency.keyId());
        assertThat(rotation.remove(compromised.keyId(), now())).isPresent();
        clock.advance(KnownKeys.FRESH);
        assertThat(published(instance)).doesNotContain(compromised.keyId());
        assertThat(instance.find(compromised.keyId(), now())).isEmpty();
    }

    @Test
    void saysThatThereIsNoKeyToRemove() throws Refused {
        first();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> rotation.remove("none", now()))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason);
    }

    /** A scheduler that stood still for weeks. */
    @Test
    void makesAKeyThatSignsAtOnceIfNoneMaySignAnyMore() throws Refused {
        ManagedKey first = first();
        clock.set(first.signUntil());
        ManagedKey second = rotation.rotateIfDue(now()).made().orElseThrow();
        assertThat(signing(instance())).isEqualTo(second.keyId());
        assertThat(rotation.keys().state(first, now())).contains(KeyState.RETIRED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"KEYS_UNAVAILABLE", "KEYS_TIMEOUT"})
    void changesNothingIfTheKeyCannotBeEncrypted(Reason down) throws Refused {
        ManagedKey first = first();
        clock.set(first.signFrom().plus(WEEK));
        cipher.fail(down);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> rotation.rotateIfDue(now()))
                .returns(down, Refused::reason);
        assertThat(rotation.keys().keys()).hasSize(1);
        cipher.recover();
        assertThat(rotation.rotateIfDue(now()).made()).isPresent();
    }

    /** A crash between making a key and storing it, and one after storing it. */
    @Test
    void losesNothingByACrash() throws Refused {
        ManagedKey first = first();
        clock.set(first.signFrom().plus(WEEK));
        store.fail(Reason.STORE_UNAVAILABLE);
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> rotation.rotateIfDue(now()));
        store.recover();
        assertThat(rotation.keys().keys()).hasSize(1);

        store.loseAnswers();
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> rotation.rotateIfDue(now()));
        store.recover();
        assertThat(rotation.keys().keys()).hasSize(2);
        assertThat(rotation.rotateIfDue(now()).made()).isEmpty();
    }

    /** The other process writes while ours encrypts. */
    @Test
    void makesNoSecondKeyIfAnotherProcessWasFaster() throws Refused {
        ManagedKeyRotation slow = new ManagedKeyRotation(
                ISSUER,
                store,
                new KeyCipher() {
                    @Override
                    public String encrypt(byte[] plaintext, byte[] bound) throws Refused {
                        rotation.rotateIfDue(now().minus(KeySchedule.SKEW));
                        return new TestKeyCipher().encrypt(plaintext, bound);
                    }

                    @Override
                    public byte[] decrypt(String ciphertext, byte[] bound) {
                        throw new AssertionError("a rotation decrypts nothing");
                    }
                },
                ManagedKeyStoreContract::generate,
                WEEKLY);
        assertThat(slow.rotateIfDue(now()).made()).isEmpty();
        assertThat(rotation.keys().keys()).hasSize(1);
    }

    @Test
    void doesNotReplaceWhatItCannotRead() throws Refused {
        first();
        store.edit(ISSUER, text -> "not a document");
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> rotation.rotateAtOnce(now()))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason);
        assertThat(store.read(ISSUER).text()).isEqualTo("not a document");
    }

    @Test
    void keepsARecordThatItRefusesForTheOperatorToLookAt() throws Refused {
        ManagedKey first = first();
        store.edit(ISSUER, text -> text.replace("\"signUntil\":", "\"signsUntil\":"));
        ManagedKey second = rotation.rotateIfDue(now()).made().orElseThrow();
        assertThat(rotation.keys().keys()).extracting(ManagedKey::keyId).containsExactly(second.keyId());
        assertThat(rotation.keys().refused())
                .singleElement()
                .satisfies(refused -> assertThat(refused.keyId()).contains(first.keyId()));
    }

    @Test
    void tellsTheStateOfEachKeyAndTheNextRotation() throws Refused {
        assertThat(ManagedKeyRotation.nextRotation(rotation.keys(), WEEKLY)).isEqualTo(Optional.empty());
        ManagedKey first = first();
        ManagedKey second = next();
        ManagedKeyRing keys = rotation.keys();
        assertThat(keys.state(first, now())).contains(KeyState.CURRENT);
        assertThat(keys.state(second, now())).contains(KeyState.NEXT);
        assertThat(keys.state(first, second.signFrom())).contains(KeyState.RETIRED);
        assertThat(keys.state(second, second.signFrom())).contains(KeyState.CURRENT);
        assertThat(keys.state(first, first.retireAt())).isEmpty();
    }
}
