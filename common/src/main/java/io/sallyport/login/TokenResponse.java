package io.sallyport.login;

import io.sallyport.http.Response;
import io.sallyport.token.AccessToken;
import io.sallyport.token.TokenPolicy;
import java.util.LinkedHashMap;
import java.util.Map;

/** The response with a token, as Infisical's clients expect it. */
public final class TokenResponse {
    private TokenResponse() {}

    /** @param jwt the token, signed */
    public static Response of(String jwt, AccessToken token, TokenPolicy policy) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("accessToken", jwt);
        body.put("expiresIn", token.lifetimeSeconds());
        body.put("accessTokenMaxTTL", policy.maxTtl().toSeconds());
        body.put("tokenType", "Bearer");
        return Response.json(200, body);
    }
}
