package io.sallyport.admin;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.method.SecretFields;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.secret.SealedSecret;
import io.sallyport.secret.Sealer;
import io.sallyport.secret.SecretPlace;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores identities that a file has, each in one atomic change. The file says what an identity is to be, but it undoes no
 * revocation: what was disabled, revoked or removed in the store stays so, and what others own is left alone.
 */
public final class Seeding {
    /** Of no secret. */
    private static final SealedSecret ANY = new SealedSecret("v2.0000000000000000");

    private final IdentityStore store;
    private final Sealer cipher;
    private final InstantSource clock;

    /** @param cipher encrypts secrets of seeds; never within a change of the store */
    public Seeding(IdentityStore store, Sealer cipher, InstantSource clock) {
        this.store = store;
        this.cipher = cipher;
        this.clock = clock;
    }

    /**
     * An identity as a file has it.
     *
     * @param document its fields, with secrets in the clear; when it was made and changed counts for nothing
     */
    public record Seed(IdentityId id, Map<String, @Nullable Object> document) {
        /** Without the fields: they may hold a secret. */
        @Override
        public String toString() {
            return "Seed[" + id + "]";
        }
    }

    /**
     * What came of a seed.
     *
     * @param changed empty if the store has it so already, or it was left as it is
     * @param warnings what the seed wants and did not get, each with what to do about it
     */
    public record Outcome(IdentityId id, Optional<IdentityStore.Changed> changed, List<String> warnings) {
        private static Outcome left(IdentityId id, String why) {
            return new Outcome(id, Optional.empty(), List.of(why));
        }
    }

    /**
     * Stores one identity, unless the store has it so already.
     *
     * @throws Refused {@link Reason#INVALID_FIELDS} if the seed is not a valid identity; {@link Reason#NAME_TAKEN};
     *     {@link Reason#SECRET_UNREADABLE} if its secret cannot be encrypted; {@link Reason#CHANGED_MEANWHILE}; or if the
     *     store did not answer
     */
    public Outcome seed(Seed seed) throws Refused {
        return EncryptedAhead.retrying(() -> attempt(seed));
    }

    private Outcome attempt(Seed seed) throws Refused {
        IdentityId id = seed.id();
        Optional<IdentityRecord> stored;
        try {
            stored = store.findRecord(id);
        } catch (Refused refused) {
            if (refused.reason().isUndecided()) {
                throw refused;
            }
            return Outcome.left(
                    id,
                    "what is stored is not a valid identity, so it is left as it is: " + refused.detail()
                            + "; sallyport identity delete " + id + " --invalid removes it");
        }
        Optional<String> owner = stored.flatMap(record -> record.registration().managedBy());
        if (owner.isPresent()) {
            return Outcome.left(id, "it is managed by " + owner.get() + ", so it is left as it is; change it there");
        }
        SeedMerge merge = new SeedMerge(stored, clock.instant());
        Map<String, @Nullable Object> document = merge.withoutRemoved(seed.document(), draft(seed));
        IdentityRecord wanted = merge.merged(encrypted(id, document, stored), seed.document());
        if (stored.equals(Optional.of(wanted))) {
            return new Outcome(id, Optional.empty(), merge.warnings());
        }
        IdentityStore.Changed changed = store.change(id, before -> {
            if (!before.equals(stored)) {
                throw new Refused(Reason.CHANGED_MEANWHILE, "others changed the identity meanwhile");
            }
            return Optional.of(wanted);
        });
        return new Outcome(id, Optional.of(changed), merge.warnings());
    }

    /** What the seed comes to but for its secret, which is encrypted only if it is stored. */
    private static Identity draft(Seed seed) throws Refused {
        Optional<SecretFields.Plain> plain = EncryptedAhead.plain(seed.id(), seed.document());
        return read(seed.id(), SecretFields.withCiphertext(seed.document(), plain.map(secret -> ANY)))
                .identity();
    }

    private IdentityRecord encrypted(
            IdentityId id, Map<String, @Nullable Object> document, Optional<IdentityRecord> stored) throws Refused {
        return read(id, known(id, document, stored).in(id, document));
    }

    private static IdentityRecord read(IdentityId id, Map<String, @Nullable Object> document) throws Refused {
        try {
            return IdentityDocument.readRecord(id, document);
        } catch (IllegalArgumentException e) {
            throw Registry.told(Reason.INVALID_FIELDS, "identities", String.valueOf(e.getMessage()));
        }
    }

    /** The stored ciphertext where it is of that secret and for that place: encrypted again it would be another each time. */
    private EncryptedAhead known(IdentityId id, Map<String, @Nullable Object> document, Optional<IdentityRecord> stored)
            throws Refused {
        Optional<SecretFields.Plain> plain = EncryptedAhead.plain(id, document);
        Optional<KubernetesAuth.ByApi> api = stored.flatMap(
                        record -> record.identity().method(KubernetesAuth.class))
                .map(KubernetesAuth::review)
                .filter(KubernetesAuth.ByApi.class::isInstance)
                .map(KubernetesAuth.ByApi.class::cast);
        if (plain.isPresent() && api.isPresent()) {
            Optional<SealedSecret> ciphertext = api.get().reviewerJwt();
            SecretPlace place = api.get().reviewerJwtPlace(id);
            if (ciphertext.isPresent() && place.equals(plain.get().place()) && isOf(ciphertext.get(), plain.get())) {
                return new EncryptedAhead(plain, ciphertext);
            }
        }
        return EncryptedAhead.of(id, document, cipher);
    }

    private boolean isOf(SealedSecret ciphertext, SecretFields.Plain plain) {
        try {
            String known = cipher.open(ciphertext, plain.place()).text();
            return MessageDigest.isEqual(
                    known.getBytes(StandardCharsets.UTF_8),
                    plain.secret().text().getBytes(StandardCharsets.UTF_8));
        } catch (Refused unreadable) {
            // Of another key, or an older form: it is encrypted again.
            return false;
        }
    }
}
