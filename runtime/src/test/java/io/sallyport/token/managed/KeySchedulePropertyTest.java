package io.sallyport.token.managed;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.NativeInUse;
import io.sallyport.testing.Generator;
import io.sallyport.testing.MemoryManagedKeyStore;
import io.sallyport.testing.Property;
import io.sallyport.testing.TestKeyCipher;
import io.sallyport.token.Signer;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whatever the schedule, the clocks and the outages of the store: no verifier that caches the published keys as long as
 * it may meets a token of a key that it does not know, and no key is gone before its last token has expired.
 *
 * <p>With native cryptography: nearly all of its time goes into the proofs of stored keys, which each call checks anew.
 */
@ExtendWith(NativeInUse.class)
class KeySchedulePropertyTest {
    private static final Instant START = ManagedKeyStoreContract.NOW;
    private static final Duration STEP = Duration.ofMinutes(20);

    /** Making keys is what is slow here, and which keys they are does not matter. */
    private static final List<JWK> POOL = pool();

    private static List<JWK> pool() {
        List<JWK> keys = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            keys.add(ManagedKeyStoreContract.generate());
        }
        return keys;
    }

    /** An instance with its own clock, and its own way to the store, which may be cut for forty minutes. */
    private static final class Instance implements ManagedKeyStore {
        private final ManagedKeyStore store;
        private final Duration skew;
        private final ManagedKeys keys = new ManagedKeys(
                ManagedKeyStoreContract.ISSUER, this, new TestKeyCipher(), List.of(), (keyId, why) -> {});
        private int outage;

        Instance(ManagedKeyStore store, Duration skew) {
            this.store = store;
            this.skew = skew;
        }

        /** Goes on by a step; most outages begin when a key is made. */
        void step(boolean isKeyMade, SplittableRandom random) {
            boolean begins = random.nextInt(isKeyMade ? 2 : 40) == 0;
            outage = outage > 0 ? outage - 1 : begins ? 3 : 0;
        }

        @Override
        public Stored read(String issuer) throws Refused {
            if (outage > 1) {
                throw new Refused(Reason.STORE_UNAVAILABLE, "its way to the store is cut");
            }
            return store.read(issuer);
        }

        @Override
        public boolean write(String issuer, Stored read, String text) {
            throw new AssertionError("an instance writes nothing");
        }

        Instant time(Instant now) {
            return now.plus(skew);
        }

        List<String> published(Instant now) throws Refused {
            List<String> ids = new ArrayList<>();
            Object members = keys.published(time(now)).published().get("keys");
            for (Object member : (List<?>) members) {
                ids.add(String.valueOf(((Map<?, ?>) member).get("kid")));
            }
            return ids;
        }
    }

    @Test
    void everyVerifierKnowsTheKeyOfEveryToken() {
        Property.forAll(30, Generator.ints(1, 14), Generator.ints(1, 30), Generator.longs(0, 1L << 40), this::simulate);
    }

    /**
     * @param days of a rotation
     * @param slowness of the scheduler, which calls every so many steps
     */
    private void simulate(int days, int slowness, long seed) throws Refused {
        SplittableRandom random = new SplittableRandom(seed);
        MemoryManagedKeyStore store = new MemoryManagedKeyStore();
        List<JWK> unused = new ArrayList<>(POOL);
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            instances.add(new Instance(store, skew(random)));
        }
        ManagedKeyRotation rotation = new ManagedKeyRotation(
                ManagedKeyStoreContract.ISSUER,
                store,
                new TestKeyCipher(),
                () -> unused.remove(0),
                new KeySchedule(Duration.ofDays(days)));
        rotation.rotateIfDue(START);
        for (Instance instance : instances) {
            instance.published(START);
        }
        Map<String, Instant> lastToken = new HashMap<>();
        // What a verifier fetched that always gets the last moment of its cache.
        Map<Instance, List<String>> cached = new HashMap<>();
        for (int step = 1; step < 24 * 3 * days * 3; step++) {
            Instant now = START.plus(STEP.multipliedBy(step));
            Instant cacheEnds = now.plus(SigningKeys.CACHE_TIME).minusSeconds(1);
            boolean isKeyMade = step % slowness == 0
                    && rotation.rotateIfDue(now.plus(skew(random))).made().isPresent();
            for (Instance instance : instances) {
                instance.step(isKeyMade, random);
                cached.put(instance, instance.published(now));
            }
            for (Instance instance : instances) {
                Signer signer = instance.keys.signer(instance.time(cacheEnds));
                for (List<String> known : cached.values()) {
                    assertThat(known).contains(signer.keyId());
                }
                lastToken.put(signer.keyId(), instance.time(cacheEnds));
            }
        }
        for (ManagedKey key : rotation.keys().keys()) {
            Instant signed = lastToken.getOrDefault(key.keyId(), Instant.MIN);
            assertThat(key.retireAt()).isAfter(signed.plusSeconds(1).plus(TokenPolicy.MAX_TOKEN_TTL));
        }
        assertThat(rotation.keys().keys()).hasSizeBetween(3, 6);
    }

    private static Duration skew(SplittableRandom random) {
        long most = KeySchedule.SKEW.toSeconds() / 2;
        return Duration.ofSeconds(random.nextLong(-most, most + 1));
    }
}
