package io.sallyport.identity;

import io.sallyport.Quoted;
import io.sallyport.token.Scopes;
import java.time.Duration;

/**
 * Allows a client to get tokens for an audience. Without a grant it gets none.
 *
 * @param scopes the most that these tokens may have
 * @param defaults what they have when the request names none
 * @param type their header {@code typ}
 * @param longestToken the longest lifetime of one, in whole seconds
 */
public record Grant(Name audience, Scopes scopes, Scopes defaults, TokenType type, Duration longestToken) {
    /**
     * The longest lifetime of a token for another party's resource, unless the grant sets one: the resource may never
     * introspect it.
     */
    public static final Duration DEFAULT_MAX_TOKEN_TTL = Duration.ofHours(1);

    /**
     * One day: a client that may request another token needs none for longer, and other clouds accept no token that
     * lives much longer.
     */
    public static final Duration MAX_TOKEN_TTL = Duration.ofDays(1);

    /** In characters, with a space between any two scopes: they are in its tokens, which must not be too long. */
    public static final int MAX_SCOPES = 1024;

    /** The header {@code typ} of a grant's tokens. */
    public enum TokenType {
        /** {@code at+jwt} (RFC 9068 §2.1), but {@code JWT} for audiences that are known to accept nothing else. */
        FITTING,
        /** {@code JWT}, for resource servers that refuse {@code at+jwt}. */
        JWT
    }

    /** @throws IllegalArgumentException saying what is out of bounds */
    public Grant {
        if (!scopes.containsAll(defaults)) {
            throw new IllegalArgumentException("the grant for " + Quoted.quote(audience.value())
                    + " has defaultScopes that are not among its scopes");
        }
        int length = scopes.toString().length();
        if (length > MAX_SCOPES) {
            throw new IllegalArgumentException("the grant for " + audience + ": scopes must have at most " + MAX_SCOPES
                    + " characters together, with a space between any two, not " + length);
        }
        if (longestToken.isNegative() || longestToken.isZero() || longestToken.compareTo(MAX_TOKEN_TTL) > 0) {
            throw new IllegalArgumentException(
                    "the grant for " + Quoted.quote(audience.value()) + ": accessTokenTTL must be from 1 to "
                            + MAX_TOKEN_TTL.toSeconds() + ", not " + longestToken.toSeconds());
        }
    }

    /** Whether its tokens must say {@code typ: JWT}. */
    public boolean wantsPlainJwt() {
        return type == TokenType.JWT
                || audience.value().startsWith("//iam.googleapis.com/")
                || audience.value().startsWith("https://iam.googleapis.com/");
    }
}
