package io.sallyport.token;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Stores the state of tokens: the uses that a limited session has left, the revoked sessions, and the used single-use
 * assertions. What has expired counts as absent, whether or not it has been deleted yet.
 *
 * <p>Every method throws {@link Refused} with {@link Reason#STORE_UNAVAILABLE} or {@link Reason#STORE_TIMEOUT} if the
 * store did not answer; whether the write took place is then unknown.
 */
public interface TokenStore {
    /**
     * Gives a new session its uses. A session that is already known keeps what it has.
     *
     * @param uses at least 1
     * @param expiry when the session may be forgotten
     */
    void open(SessionId session, long uses, Instant expiry) throws Refused;

    /**
     * Takes one use from a session in one atomic step: of two callers racing for the last use, exactly one gets it.
     *
     * @return the uses left after this one, with or without those that others take at the same time; empty if the
     *     session is unknown, expired or used up
     */
    OptionalLong spend(SessionId session, Instant now) throws Refused;

    /**
     * Marks an assertion as used in one atomic step: of two callers racing, exactly one gets {@code true}.
     *
     * @param expiry until when the mark must be kept: the assertion can no longer be valid then
     * @return whether it had not been used before
     */
    boolean claim(AssertionDigest assertion, Instant now, Instant expiry) throws Refused;

    /**
     * The uses that a session has left.
     *
     * @return empty if the session is unknown or expired
     */
    OptionalLong usesLeft(SessionId session, Instant now) throws Refused;

    /**
     * Keeps a session's uses for longer, never for shorter. Does nothing if the session is unknown.
     *
     * @param expiry when the session may be forgotten
     */
    void extend(SessionId session, Instant now, Instant expiry) throws Refused;

    /**
     * Revokes a session permanently; idempotent. Once it returns, {@link #isRevoked} is true everywhere.
     *
     * @param expiry when the session may be forgotten: no token of it can be valid then
     */
    void revoke(SessionId session, Instant expiry) throws Refused;

    /** Whether the session was revoked. */
    boolean isRevoked(SessionId session, Instant now) throws Refused;
}
