package io.sallyport.token;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How long the access tokens of an auth method live, how often they may be used, and from where.
 *
 * @param ttl the lifetime of one token, in whole seconds; zero: as long as {@code maxTtl} allows
 * @param maxTtl the lifetime of a session with all its renewals, in whole seconds; zero: without end
 * @param maxUses how often the tokens of a session may be used; zero: without limit
 */
public record TokenPolicy(Duration ttl, Duration maxTtl, long maxUses, TrustedIps trustedIps) {
    /** The largest TTL and max TTL that can be configured: 3650 days. */
    public static final Duration MAX_TTL = Duration.ofDays(3650);

    /** No single token lives longer than this, whatever is configured: 90 days. */
    public static final Duration MAX_TOKEN_TTL = Duration.ofDays(90);

    /** 30 days: the default TTL and max TTL. */
    public static final Duration DEFAULT_TTL = Duration.ofDays(30);

    /** How many trusted IPs a policy may have: they are in its tokens, which must not be too long. */
    public static final int MAX_TRUSTED_IPS = 50;

    public static final TokenPolicy DEFAULT = new TokenPolicy(DEFAULT_TTL, DEFAULT_TTL, 0, TrustedIps.ANYWHERE);

    /** @throws IllegalArgumentException saying what is out of bounds */
    public TokenPolicy {
        requireBounded("accessTokenTTL", ttl);
        requireBounded("accessTokenMaxTTL", maxTtl);
        if (!maxTtl.isZero() && ttl.compareTo(maxTtl) > 0) {
            throw new IllegalArgumentException("accessTokenTTL (" + ttl.toSeconds()
                    + " s) must not be longer than accessTokenMaxTTL (" + maxTtl.toSeconds() + " s)");
        }
        if (maxUses < 0) {
            throw new IllegalArgumentException("accessTokenNumUsesLimit must be 0 (no limit) or more, not " + maxUses);
        }
        int ips = trustedIps.blocks().size();
        if (ips > MAX_TRUSTED_IPS) {
            throw new IllegalArgumentException(
                    "accessTokenTrustedIps must have at most " + MAX_TRUSTED_IPS + " entries, not " + ips);
        }
    }

    private static void requireBounded(String name, Duration value) {
        if (value.isNegative() || value.compareTo(MAX_TTL) > 0 || value.toNanosPart() != 0) {
            throw new IllegalArgumentException(
                    name + " must be whole seconds from 0 to " + MAX_TTL.toSeconds() + ", not " + value);
        }
    }

    public boolean limitsUses() {
        return maxUses > 0;
    }

    /**
     * When a session must end, renewals included; empty if it may be renewed without end. Counted from the whole second
     * in which it began, since tokens expire at whole seconds.
     */
    public Optional<Instant> sessionEnd(Instant sessionStart) {
        return maxTtl.isZero()
                ? Optional.empty()
                : Optional.of(wholeSeconds(sessionStart).plus(maxTtl));
    }

    /**
     * When a token issued now expires: the soonest of now + TTL, session start + max TTL, and now + 90 days. It is not
     * after now once the session's end has come.
     *
     * @param now in whole seconds, as the token's {@code iat}
     */
    public Instant expiry(Instant now, Instant sessionStart) {
        Duration wanted = ttl.isZero() || ttl.compareTo(MAX_TOKEN_TTL) > 0 ? MAX_TOKEN_TTL : ttl;
        Instant expiry = now.plus(wanted);
        Optional<Instant> end = sessionEnd(sessionStart);
        return end.isPresent() && end.get().isBefore(expiry) ? end.get() : expiry;
    }

    /** The instant as tokens express it: whole seconds, rounded down (RFC 7519 §2, NumericDate). */
    public static Instant wholeSeconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }
}
