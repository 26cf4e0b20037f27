package io.sallyport.token;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * What must be remembered about tokens: how many uses a limited session has left, which sessions were revoked, and which
 * single-use assertions have been used. What has expired counts as gone, whether or not it has been deleted yet.
 *
 * <p>Every method throws {@link Refused} with {@link Reason#STORE_UNAVAILABLE} or {@link Reason#STORE_TIMEOUT} when the
 * store did not answer; whether the write took place is then unknown.
 */
public interface TokenStore {
    /**
     * Gives a new session its uses. Once: a session that is already known keeps what it has.
     *
     * @param uses at least 1
     * @param expiry when the session may be forgotten
     */
    void open(SessionId session, long uses, Instant expiry) throws Refused;

    /**
     * Takes one use from a session, as a single atomic step: of two callers racing for the last use, one gets it.
     *
     * @return the uses left after this one, those that others take at the same time counted or not; empty if the session
     *     is unknown, expired or used up
     */
    OptionalLong spend(SessionId session, Instant now) throws Refused;

    /**
     * Marks an assertion as used, as a single atomic step: of two callers racing, one gets {@code true}.
     *
     * @param expiry until when the mark must be kept: the assertion can no longer be valid then
     * @return whether it had not been used before
     */
    boolean claim(AssertionDigest assertion, Instant now, Instant expiry) throws Refused;

    /**
     * How many uses a session has left.
     *
     * @return empty if the session is unknown or expired
     */
    OptionalLong usesLeft(SessionId session, Instant now) throws Refused;

    /**
     * Remembers a session's uses for longer. Never for shorter, and nothing happens to one that is not known.
     *
     * @param expiry when the session may be forgotten
     */
    void extend(SessionId session, Instant now, Instant expiry) throws Refused;

    /**
     * Ends a session for good. As often as one likes; once it returns, {@link #isRevoked} is true everywhere.
     *
     * @param expiry when the session may be forgotten: no token of it can be valid then
     */
    void revoke(SessionId session, Instant expiry) throws Refused;

    /** Whether the session was revoked. */
    boolean isRevoked(SessionId session, Instant now) throws Refused;
}
