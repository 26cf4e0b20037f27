package io.sallyport.jwt;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys with which a SPIFFE trust domain signs JWT-SVIDs (SPIFFE Trust Domain and Bundle §4.2): those of {@code use}
 * {@code jwt-svid}, each for one algorithm. The authorities of X.509-SVIDs sign no JWT.
 */
public final class SpiffeBundle implements KeySource {
    private static final int MAX_LENGTH = 64 * 1024;

    private final KeySource keys;

    private SpiffeBundle(KeySource keys) {
        this.keys = keys;
    }

    /**
     * A bundle from a configuration, as {@code spire-server bundle show -format spiffe} prints it.
     *
     * @throws IllegalArgumentException unless it has a key for JWT-SVIDs, and no private key
     */
    public static SpiffeBundle pasted(String text) {
        KeySet keys = parse(text);
        return new SpiffeBundle((keyId, now) -> keys.find(keyId)
                .orElseThrow(() -> new Refused(
                        Reason.UNKNOWN_KEY, "no key " + Quoted.quote(keyId) + " in the configured bundle")));
    }

    /**
     * The bundle at an address, fetched on first need and refreshed.
     *
     * @param refresh how long it is kept if it does not ask for less
     */
    public static SpiffeBundle at(URI uri, Duration refresh, Fetcher fetcher) {
        return new SpiffeBundle(RemoteKeys.bundle(uri, refresh, fetcher));
    }

    /**
     * The thumbprints of a configured bundle's keys (RFC 7638).
     *
     * @throws IllegalArgumentException as {@link #pasted}
     */
    public static Set<String> thumbprints(String text) {
        return parse(text).thumbprints();
    }

    private static KeySet parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("the bundle is longer than " + MAX_LENGTH + " characters");
        }
        try {
            Map<String, @Nullable Object> document = Json.parseObject(text);
            if (PastedKeys.holdsSecret(document)) {
                throw new IllegalArgumentException(
                        "the bundle contains a private or secret key; it must contain public keys only");
            }
            KeySet keys = KeySet.parseBundle(document);
            if (keys.isEmpty()) {
                throw new IllegalArgumentException(
                        "the bundle contains no usable key of use jwt-svid with a kid; keys of use x509-svid sign no JWT");
            }
            return keys;
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("the bundle is " + e.getMessage());
        }
    }

    @Override
    public VerificationKey key(UnverifiedJwt jwt, Algorithm by, Instant now) throws Refused {
        return keys.key(KeySet.bundleId(by, jwt.keyId()), now);
    }

    /** Refuses: a key is found only together with its algorithm. */
    @Override
    public VerificationKey key(String keyId, Instant now) throws Refused {
        throw new Refused(Reason.UNKNOWN_KEY, "a bundle's key is found by its algorithm and id");
    }
}
