package io.sallyport.login;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Credential;
import io.sallyport.method.Verified;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Counts the uses of credentials whose uses are limited, wherever they are used: the token store keeps what is left of
 * each as it does for sessions, so that a limit is exact whatever races.
 */
public final class SecretUses {
    /** A credential may be valid without end, so its count is kept to the end of the year 9999. */
    private static final Instant LATEST = Instant.ofEpochSecond(253_402_300_799L);

    private final TokenStore tokens;

    public SecretUses(TokenStore tokens) {
        this.tokens = tokens;
    }

    /**
     * Takes a use. The first one stores the count.
     *
     * @throws Refused {@link Reason#CLIENT_SECRET_USED_UP}
     */
    public void take(Verified.CountedUse use, Instant now) throws Refused {
        SessionId count = count(use.credential());
        if (tokens.spend(count, now).isPresent()) {
            return;
        }
        tokens.open(count, use.limit(), LATEST);
        if (tokens.spend(count, now).isEmpty()) {
            throw new Refused(
                    Reason.CLIENT_SECRET_USED_UP, "the " + use.limit() + " uses of the client secret are used up");
        }
    }

    /** How many uses were taken of a credential. */
    public long taken(Credential credential, long limit, Instant now) throws Refused {
        OptionalLong left = tokens.usesLeft(count(credential), now);
        return left.isPresent() ? limit - left.getAsLong() : 0;
    }

    /** Random ids of sessions have no such form. */
    private static SessionId count(Credential credential) {
        return new SessionId("uses-of-" + credential.thumbprint());
    }
}
