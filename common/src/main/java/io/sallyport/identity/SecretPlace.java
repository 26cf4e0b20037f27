package io.sallyport.identity;

import java.nio.charset.StandardCharsets;

/**
 * Where a secret is stored. Sealed for one place, it cannot be opened in another: whoever can write identities cannot have
 * the secret of one sent to the host of another.
 *
 * @param field the path of the field within the identity's document
 */
public record SecretPlace(IdentityId identity, String field) {
    /** The additional data that is authenticated with the secret (NIST SP 800-38D §5.2.1.1). */
    public byte[] bytes() {
        return ("sallyport\n" + identity.value() + "\n" + field).getBytes(StandardCharsets.UTF_8);
    }
}
