package io.sallyport.identity;

import java.nio.charset.StandardCharsets;

/**
 * Where a secret is stored and where it is sent. Encrypted for one place, it cannot be decrypted in another: who can write
 * the store but has no key cannot have the secret of one identity sent for another, nor to another host, nor to the same name
 * with a certificate of another authority.
 *
 * @param field the path of the field within the identity's document
 * @param host {@code host:port} as {@link KubernetesHost} writes it
 * @param authorities {@link CaCertificates#digest()}, or {@link #SYSTEM_AUTHORITIES}
 */
public record SecretPlace(IdentityId identity, String field, String host, String authorities) {
    /** Stands for the absence of a CA; no digest looks like it. */
    public static final String SYSTEM_AUTHORITIES = "system";

    private static final String REVIEWER_JWT = "kubernetesAuth.tokenReviewerJwtSealed";

    /** @throws IllegalArgumentException if a part has a line break, which separates the parts in {@link #bytes()} */
    public SecretPlace {
        if ((identity.value() + field + host + authorities).indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a part of the place of a secret has a line break");
        }
    }

    /** The token that reviews an identity's tokens, which is sent to the cluster's API server. */
    public static SecretPlace reviewerJwt(IdentityId identity, KubernetesAuth.ByApi api) {
        return new SecretPlace(
                identity,
                REVIEWER_JWT,
                api.host().toString(),
                api.authorities().isPresent() ? api.authorities().get().digest() : SYSTEM_AUTHORITIES);
    }

    /** The additional data that is authenticated with the secret (NIST SP 800-38D §5.2.1.1): five lines. */
    public byte[] bytes() {
        return ("sallyport\n" + identity.value() + "\n" + field + "\n" + host + "\n" + authorities)
                .getBytes(StandardCharsets.UTF_8);
    }
}
