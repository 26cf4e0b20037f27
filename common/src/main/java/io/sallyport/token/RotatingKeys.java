package io.sallyport.token;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Instant;
import java.util.Optional;

/** The issuer's keys where they change while the process runs. */
public interface RotatingKeys {
    /**
     * The key that signs now.
     *
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} or {@link Reason#KEYS_TIMEOUT} if no key can sign now
     */
    Signer signer(Instant now) throws Refused;

    /**
     * The published key with that id.
     *
     * @throws Refused as {@link #published}
     */
    Optional<SigningKey> find(String keyId, Instant now) throws Refused;

    /**
     * The keys that verifiers accept now; public parts only.
     *
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} if none is known; or if the store did not answer
     */
    SigningKeys published(Instant now) throws Refused;
}
