package io.sallyport.identity.document;

import io.sallyport.IdentityId;
import io.sallyport.identity.AuthMethod;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A secret of an auth method: supplied in the clear, and stored encrypted for the only place where it is sent.
 *
 * @param <M> the auth method
 */
public interface SecretField<M extends AuthMethod<?>> {
    /** The field with the secret in the clear. */
    String plain();

    /** The field with the ciphertext. */
    String encrypted();

    /** The fields that say where it is sent, for messages. */
    String placeFields();

    /** @throws IllegalArgumentException if it is not such a secret; the message omits the text */
    Secret parse(String text);

    /**
     * Where the method sends it.
     *
     * @throws IllegalArgumentException if it sends it nowhere
     */
    EncryptionContext place(IdentityId identity, M method);

    /** The method's ciphertext, if it has one. */
    Optional<EncryptedSecret> of(M method);

    /**
     * Whether a secret that stays encrypted would still be sent to the same place.
     *
     * @param stored the method's fields before a change
     * @param changed its fields after it
     * @throws IllegalArgumentException if the new place is not valid
     */
    boolean staysInPlace(
            Map<String, ? extends @Nullable Object> stored, Map<String, ? extends @Nullable Object> changed);
}
