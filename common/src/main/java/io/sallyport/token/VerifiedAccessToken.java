package io.sallyport.token;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A verified access token of ours. Only {@link AccessTokenVerifier} makes one. */
public final class VerifiedAccessToken {
    private final AccessToken token;
    private final Map<String, @Nullable Object> claims;

    VerifiedAccessToken(AccessToken token, Map<String, @Nullable Object> claims) {
        this.token = token;
        this.claims = claims;
    }

    public AccessToken token() {
        return token;
    }

    /** All its claims, as signed. */
    public Map<String, @Nullable Object> claims() {
        return claims;
    }

    @Override
    public String toString() {
        return "VerifiedAccessToken[" + token.tokenId() + "]";
    }
}
