package io.sallyport.admin;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.SecretField;
import io.sallyport.method.SecretFields;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.SecretCipher;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores identities from a file, each in one atomic change. The file says what an identity should be but undoes no
 * revocation: what was disabled, revoked or removed in the store stays so, and identities managed elsewhere are left
 * alone.
 */
public final class Seeding {
    /** A placeholder that encrypts no secret. */
    private static final EncryptedSecret ANY = new EncryptedSecret("v2.0000000000000000");

    private final IdentityStore store;
    private final IdentityDocument documents;
    private final SecretFields secrets;
    private final SecretCipher cipher;
    private final InstantSource clock;

    /** @param cipher encrypts the secrets of seeds; never inside a store transaction */
    public Seeding(IdentityStore store, IdentityDocument documents, SecretCipher cipher, InstantSource clock) {
        this.store = store;
        this.documents = documents;
        secrets = new SecretFields(documents.providers());
        this.cipher = cipher;
        this.clock = clock;
    }

    /**
     * An identity from a file.
     *
     * @param document its fields, with secrets in the clear; creation and update times are ignored
     */
    public record Seed(IdentityId id, Map<String, @Nullable Object> document) {
        /** Omits the fields: they may hold a secret. */
        @Override
        public String toString() {
            return "Seed[" + id + "]";
        }
    }

    /**
     * The result of a seed.
     *
     * @param changed empty if the store has the same already, or the identity was left as it is
     * @param warnings what the seed asks for and did not get, each with what to do about it
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
        SeedMerge merge = new SeedMerge(documents, stored, clock.instant());
        Map<String, @Nullable Object> document = merge.withoutRemoved(seed.document(), draft(seed));
        IdentityRecord wanted = merge.merged(encrypted(id, document, stored), seed.document());
        if (stored.equals(Optional.of(wanted))) {
            return new Outcome(id, Optional.empty(), merge.warnings());
        }
        IdentityStore.Changed changed = store.change(id, before -> {
            if (!before.equals(stored)) {
                throw new Refused(Reason.CHANGED_MEANWHILE, "another change was made to the identity at the same time");
            }
            return Optional.of(wanted);
        });
        return new Outcome(id, Optional.of(changed), merge.warnings());
    }

    /** The identity that the seed describes, apart from its secret, which is encrypted only if it is stored. */
    private Identity draft(Seed seed) throws Refused {
        Map<String, EncryptedSecret> pretended = new HashMap<>();
        for (String field :
                EncryptedAhead.plain(secrets, seed.id(), seed.document()).keySet()) {
            pretended.put(field, ANY);
        }
        return read(seed.id(), secrets.withCiphertexts(seed.document(), pretended))
                .identity();
    }

    private IdentityRecord encrypted(
            IdentityId id, Map<String, @Nullable Object> document, Optional<IdentityRecord> stored) throws Refused {
        return read(id, known(id, document, stored).in(id, document));
    }

    private IdentityRecord read(IdentityId id, Map<String, @Nullable Object> document) throws Refused {
        try {
            return documents.readRecord(id, document);
        } catch (IllegalArgumentException e) {
            throw Registry.told(Reason.INVALID_FIELDS, "identities", String.valueOf(e.getMessage()));
        }
    }

    /**
     * The stored ciphertext, if it is of that secret for that place: encrypting again gives a different ciphertext each
     * time.
     */
    private EncryptedAhead known(IdentityId id, Map<String, @Nullable Object> document, Optional<IdentityRecord> stored)
            throws Refused {
        Map<String, SecretFields.Plain> plain = EncryptedAhead.plain(secrets, id, document);
        Map<String, EncryptedSecret> known = new HashMap<>();
        if (stored.isPresent()) {
            for (Map.Entry<String, SecretFields.Plain> entry : plain.entrySet()) {
                Provider<?> provider = documents.providers().of(entry.getKey());
                stored(provider, stored.get().identity(), entry.getValue())
                        .ifPresent(ciphertext -> known.put(entry.getKey(), ciphertext));
            }
        }
        return EncryptedAhead.of(secrets, plain, known, cipher);
    }

    private <M extends AuthMethod<?>> Optional<EncryptedSecret> stored(
            Provider<M> provider, Identity identity, SecretFields.Plain plain) {
        SecretField<M> secret = provider.secret().orElseThrow();
        Optional<M> method = provider.of(identity);
        Optional<EncryptedSecret> ciphertext = method.flatMap(secret::of);
        return ciphertext.isPresent()
                        && secret.place(identity.id(), method.orElseThrow()).equals(plain.place())
                        && isOf(ciphertext.get(), plain)
                ? ciphertext
                : Optional.empty();
    }

    private boolean isOf(EncryptedSecret ciphertext, SecretFields.Plain plain) {
        try {
            String known = cipher.decrypt(ciphertext, plain.place()).text();
            return MessageDigest.isEqual(
                    known.getBytes(StandardCharsets.UTF_8),
                    plain.secret().text().getBytes(StandardCharsets.UTF_8));
        } catch (Refused unreadable) {
            // Encrypted with another key or in an older form: encrypt it again.
            return false;
        }
    }
}
