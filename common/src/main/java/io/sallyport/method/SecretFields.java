package io.sallyport.method;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.ProviderList;
import io.sallyport.identity.document.SecretField;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Handles identities with secrets in the clear, as clients send them. The secrets are encrypted before anything else
 * reads the document: {@link IdentityDocument} accepts no others.
 */
public final class SecretFields {
    private final ProviderList providers;

    public SecretFields(ProviderList providers) {
        this.providers = providers;
    }

    /** A secret in the clear, and what its ciphertext is bound to. */
    public record Plain(Secret secret, EncryptionContext place) {}

    /**
     * Encrypts every secret of a document for its place.
     *
     * @throws IllegalArgumentException as {@link #plain}
     */
    public Map<String, @Nullable Object> encrypt(
            IdentityId id, Map<String, ? extends @Nullable Object> fields, SecretCipher cipher) throws Refused {
        Map<String, EncryptedSecret> ciphertexts = new HashMap<>();
        for (Map.Entry<String, Plain> entry : plain(id, fields).entrySet()) {
            Plain plain = entry.getValue();
            ciphertexts.put(entry.getKey(), cipher.encrypt(plain.secret(), plain.place()));
        }
        return withCiphertexts(fields, ciphertexts);
    }

    /**
     * The secrets that a document holds in the clear.
     *
     * @return by the {@linkplain Provider#field() field} of the auth method that each belongs to
     * @throws IllegalArgumentException if a secret is not a text, or stands beside its ciphertext; or if its auth
     *     method is not valid, or sends it nowhere
     */
    public Map<String, Plain> plain(IdentityId id, Map<String, ? extends @Nullable Object> fields) {
        Map<String, Plain> found = new LinkedHashMap<>();
        for (Provider<?> provider : providers.all()) {
            plain(provider, id, fields).ifPresent(plain -> found.put(provider.field(), plain));
        }
        return found;
    }

    private static <M extends AuthMethod<?>> Optional<Plain> plain(
            Provider<M> provider, IdentityId id, Map<String, ? extends @Nullable Object> fields) {
        Optional<SecretField<M>> known = provider.secret();
        if (known.isEmpty()
                || !(fields.get(provider.field()) instanceof Map<?, ?> auth)
                || !auth.containsKey(known.get().plain())) {
            return Optional.empty();
        }
        SecretField<M> field = known.get();
        Map<String, @Nullable Object> others = copy(auth);
        Object plain = others.remove(field.plain());
        if (others.containsKey(field.encrypted()) || !(plain == null || plain instanceof String)) {
            throw new IllegalArgumentException(provider.field() + "." + field.plain()
                    + " must be a string, and cannot be combined with " + field.encrypted());
        }
        if (!(plain instanceof String text) || text.isBlank()) {
            return Optional.empty();
        }
        Secret secret = field.parse(text.trim());
        M method = provider.read(new Document("identity " + id + "." + provider.field(), others));
        return Optional.of(new Plain(secret, field.place(id, method)));
    }

    /** Replaces each secret that {@link #plain} found by its ciphertext; an empty secret is removed. */
    public Map<String, @Nullable Object> withCiphertexts(
            Map<String, ? extends @Nullable Object> fields, Map<String, EncryptedSecret> ciphertexts) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>(fields);
        for (Provider<?> provider : providers.all()) {
            Optional<? extends SecretField<?>> secret = provider.secret();
            if (secret.isPresent()
                    && fields.get(provider.field()) instanceof Map<?, ?> auth
                    && auth.containsKey(secret.get().plain())) {
                Map<String, @Nullable Object> method = copy(auth);
                method.remove(secret.get().plain());
                EncryptedSecret made = ciphertexts.get(provider.field());
                if (made != null) {
                    method.put(secret.get().encrypted(), made.text());
                }
                document.put(provider.field(), method);
            }
        }
        return document;
    }

    /** Given two different results of {@link #plain}, the field of the first secret that differs. */
    public SecretField<?> firstDifference(Map<String, Plain> one, Map<String, Plain> other) {
        for (Provider<?> provider : providers.all()) {
            Optional<? extends SecretField<?>> secret = provider.secret();
            if (secret.isPresent() && !Objects.equals(one.get(provider.field()), other.get(provider.field()))) {
                return secret.get();
            }
        }
        throw new IllegalArgumentException("they are equal");
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> fields) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        fields.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }

    /**
     * An auth method's fields after a change: a new secret replaces the encrypted one. An encrypted secret stays with
     * the host that it was given for: a caller that may change identities may not read it, and so must not redirect it
     * to another host.
     *
     * @param stored its fields before
     * @throws IllegalArgumentException if the host or its certificate authority changes and the secret is not set again
     */
    public static Map<String, @Nullable Object> replaced(
            Provider<?> provider,
            Map<String, ? extends @Nullable Object> stored,
            Map<String, @Nullable Object> changed,
            Map<String, ? extends @Nullable Object> changes) {
        Map<String, @Nullable Object> replaced = new LinkedHashMap<>(changed);
        Optional<? extends SecretField<?>> secret = provider.secret();
        if (secret.isEmpty()) {
            return replaced;
        }
        String encrypted = secret.get().encrypted();
        if (changes.containsKey(secret.get().plain())) {
            replaced.remove(encrypted);
        } else if (replaced.containsKey(encrypted)
                && !(secret.get().staysInPlace(stored, replaced)
                        && Objects.equals(stored.get(encrypted), changed.get(encrypted)))) {
            throw new IllegalArgumentException(provider.field() + "."
                    + secret.get().plain() + " must be set again, or to null to remove it, when "
                    + secret.get().placeFields() + " changes");
        }
        return replaced;
    }
}
