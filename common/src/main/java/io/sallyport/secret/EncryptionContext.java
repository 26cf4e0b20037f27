package io.sallyport.secret;

import io.sallyport.IdentityId;
import io.sallyport.http.outbound.CaCertificates;
import java.nio.charset.StandardCharsets;

/**
 * Where a secret is stored and where it is sent. A secret encrypted for one place cannot be decrypted for another: an
 * attacker who can write the store but has no key cannot have the secret of one identity sent for another, nor to
 * another host, nor to the same name with a certificate of another authority.
 *
 * @param field the path of the field within the identity's document
 * @param host {@code host:port}
 * @param authorities {@link CaCertificates#digest()}, or {@link #SYSTEM_AUTHORITIES}
 */
public record EncryptionContext(IdentityId identity, String field, String host, String authorities) {
    /** Means that no CA is set; no digest has this form. */
    public static final String SYSTEM_AUTHORITIES = "system";

    /**
     * @throws IllegalArgumentException if a part contains a line break, which separates the parts in {@link #bytes()}
     */
    public EncryptionContext {
        if ((identity.value() + field + host + authorities).indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a part of the encryption context contains a line break");
        }
    }

    /** The additional data that is authenticated with the secret (NIST SP 800-38D §5.2.1.1): five lines. */
    public byte[] bytes() {
        return ("sallyport\n" + identity.value() + "\n" + field + "\n" + host + "\n" + authorities)
                .getBytes(StandardCharsets.UTF_8);
    }
}
