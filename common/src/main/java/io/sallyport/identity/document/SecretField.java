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
 * A secret that an auth method holds: people write it in the clear, and it is stored encrypted for the one place that it is
 * sent to.
 *
 * @param <M> the auth method
 */
public interface SecretField<M extends AuthMethod<?>> {
    /** The field that has it in the clear. */
    String plain();

    /** The field that has it encrypted. */
    String encrypted();

    /** The fields that say where it is sent, in words. */
    String placeFields();

    /** @throws IllegalArgumentException if that is no such secret; without the text */
    Secret parse(String text);

    /** Where the method sends it. @throws IllegalArgumentException if it sends it nowhere */
    EncryptionContext place(IdentityId identity, M method);

    /** As the method has it. */
    Optional<EncryptedSecret> of(M method);

    /**
     * Whether a secret that stays encrypted as it is would be sent to where it was sent before.
     *
     * @param stored the method's fields before a change
     * @param changed its fields after it
     * @throws IllegalArgumentException if where it is sent is not valid
     */
    boolean staysInPlace(
            Map<String, ? extends @Nullable Object> stored, Map<String, ? extends @Nullable Object> changed);
}
