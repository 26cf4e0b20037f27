package io.sallyport.jwt;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Verifies JWTs of one issuer: the signature, with the issuer's configured algorithm and no other (RFC 8725 §3.1), and
 * the times.
 *
 * @param furthest how far ahead {@code exp} may lie: no issuer that we know makes longer-lived tokens
 * @param skew how far the issuer's clock may be off from ours
 */
public record JwtVerifier(Algorithm algorithm, Duration furthest, Duration skew) {
    /** How far another issuer's clock may be off from ours. */
    public static final Duration SKEW = Duration.ofSeconds(60);

    /** The checks of a JWT whose key comes from a JWK set: such a key has no validity period. */
    public static final CheckSequence CHECKS =
            CheckSequence.of(Check.ALGORITHM, Check.TIMES, Check.KEY, Check.SIGNATURE);

    /** The checks of a JWT whose key comes from a certificate. */
    public static final CheckSequence CHECKS_BY_CERTIFICATE =
            CheckSequence.of(Check.ALGORITHM, Check.TIMES, Check.KEY, Check.KEY_TIMES, Check.SIGNATURE);

    /** Verifies for an issuer with another clock than ours, and so with the default skew. */
    public JwtVerifier(Algorithm algorithm, Duration furthest) {
        this(algorithm, furthest, SKEW);
    }

    /**
     * @throws Refused {@link Reason#ALGORITHM_NOT_ALLOWED}, {@link Reason#UNKNOWN_KEY}, {@link Reason#KEY_EXPIRED},
     *     {@link Reason#BAD_SIGNATURE}, {@link Reason#EXPIRED}, {@link Reason#NOT_YET_VALID},
     *     {@link Reason#LIFETIME_TOO_LONG}; {@link Reason#KEYS_UNAVAILABLE} or {@link Reason#KEYS_TIMEOUT} if it could
     *     not be checked
     */
    public VerifiedJwt verify(UnverifiedJwt jwt, KeySource keys, Instant now) throws Refused {
        return verify(jwt, keys, now, CHECKS.begin());
    }

    /**
     * Verifies a JWT as a part of a longer decision.
     *
     * @param trace of a sequence with {@link #CHECKS} or {@link #CHECKS_BY_CERTIFICATE} in it
     * @throws Refused as {@link #verify(UnverifiedJwt, KeySource, Instant)}
     */
    public VerifiedJwt verify(UnverifiedJwt jwt, KeySource keys, Instant now, CheckTrace trace) throws Refused {
        // Before any key is fetched: an expired token is not worth a request.
        requireAdmissible(jwt, now, trace);
        trace.at(Check.KEY);
        VerificationKey key = keys.key(jwt, algorithm, now);
        if (!algorithm.fits(key.key())) {
            throw new Refused(
                    Reason.ALGORITHM_NOT_ALLOWED, "key " + Quoted.keyId(key.id()) + " is not for " + algorithm);
        }
        trace.atIfListed(Check.KEY_TIMES);
        if (!key.isValid(now, skew)) {
            throw new Refused(
                    Reason.KEY_EXPIRED,
                    "key " + Quoted.keyId(key.id()) + " is valid from " + key.notBefore() + " to " + key.notAfter());
        }
        trace.at(Check.SIGNATURE);
        if (!jwt.isSignedBy(key.key(), algorithm)) {
            throw new Refused(Reason.BAD_SIGNATURE, "not signed by key " + Quoted.keyId(key.id()));
        }
        return new VerifiedJwt(jwt, key);
    }

    /**
     * The checks of {@link #verify} that need no key. They prove nothing.
     *
     * @throws Refused {@link Reason#ALGORITHM_NOT_ALLOWED}, {@link Reason#EXPIRED}, {@link Reason#NOT_YET_VALID},
     *     {@link Reason#LIFETIME_TOO_LONG}
     */
    public void requireAdmissible(UnverifiedJwt jwt, Instant now, CheckTrace trace) throws Refused {
        trace.at(Check.ALGORITHM);
        if (!jwt.algorithm().equals(algorithm.name())) {
            throw new Refused(
                    Reason.ALGORITHM_NOT_ALLOWED,
                    "the token's alg is " + Quoted.quote(jwt.algorithm()) + " and must be " + algorithm);
        }
        trace.at(Check.TIMES);
        requireCurrent(jwt.unverifiedClaims(), now);
    }

    /** RFC 7519 §4.1.4 to §4.1.6; the caller decides which times are required. */
    private void requireCurrent(Claims claims, Instant now) throws Refused {
        Optional<Instant> expiry = claims.optionalTime("exp");
        if (expiry.isPresent() && !now.isBefore(expiry.get().plus(skew))) {
            throw new Refused(Reason.EXPIRED, "expired at " + expiry.get());
        }
        if (expiry.isPresent() && expiry.get().isAfter(now.plus(furthest).plus(skew))) {
            throw new Refused(
                    Reason.LIFETIME_TOO_LONG,
                    "expires at " + expiry.get() + ", more than " + furthest.toHours() + " hours ahead");
        }
        for (String name : new String[] {"nbf", "iat"}) {
            Optional<Instant> start = claims.optionalTime(name);
            if (start.isPresent() && start.get().isAfter(now.plus(skew))) {
                throw new Refused(Reason.NOT_YET_VALID, name + " is " + start.get());
            }
        }
    }
}
