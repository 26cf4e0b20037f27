package io.sallyport.token.managed;

import io.sallyport.Refused;
import io.sallyport.testing.MemoryManagedKeyStore;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestKeyCipher;
import io.sallyport.token.Signer;
import io.sallyport.token.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An issuer with managed keys, and instances that read them. */
class ManagedKeyFixture {
    static final String ISSUER = ManagedKeyStoreContract.ISSUER;
    static final Duration WEEK = KeySchedule.DEFAULT_ROTATION;
    static final KeySchedule WEEKLY = new KeySchedule(WEEK);

    final TestClock clock = new TestClock();
    final MemoryManagedKeyStore store = new MemoryManagedKeyStore();
    final TestKeyCipher cipher = new TestKeyCipher();
    final List<String> problems = new ArrayList<>();
    final ManagedKeyRotation rotation = rotation(ISSUER);

    ManagedKeyRotation rotation(String issuer) {
        return new ManagedKeyRotation(issuer, store, cipher, ManagedKeyStoreContract::generate, WEEKLY);
    }

    ManagedKeys instance() {
        return instance(cipher);
    }

    ManagedKeys instance(KeyCipher decrypting) {
        return new ManagedKeys(
                ISSUER, store, decrypting, List.<SigningKey>of(), (keyId, why) -> problems.add(keyId + ": " + why));
    }

    Instant now() {
        return clock.instant();
    }

    /** Makes the first key, which signs at once. */
    ManagedKey first() throws Refused {
        return rotation.rotateIfDue(now()).made().orElseThrow();
    }

    /** Waits until the next key is due, and makes it. */
    ManagedKey next() throws Refused {
        ManagedKey newest = rotation.keys().newest().orElseThrow();
        clock.set(newest.signFrom().plus(WEEK).minus(KeySchedule.LEAD));
        return rotation.rotateIfDue(now()).made().orElseThrow();
    }

    String signing(ManagedKeys instance) throws Refused {
        Signer signer = instance.signer(now());
        signer.sign(new byte[] {1});
        return signer.keyId();
    }

    List<String> published(ManagedKeys instance) throws Refused {
        List<String> ids = new ArrayList<>();
        if (instance.published(now()).published().get("keys") instanceof List<?> members) {
            for (Object member : members) {
                ids.add(String.valueOf(((Map<?, ?>) member).get("kid")));
            }
        }
        return ids;
    }
}
