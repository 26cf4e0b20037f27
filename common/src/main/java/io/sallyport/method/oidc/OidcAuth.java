package io.sallyport.method.oidc;

import io.sallyport.method.issuer.IssuerBounds;
import io.sallyport.method.issuer.SingleIssuerAuth;
import io.sallyport.token.TokenPolicy;

/**
 * Admits callers for whom an OpenID provider vouches, with keys that its discovery document names (OpenID Connect
 * Discovery 1.0 §4).
 */
public record OidcAuth(IssuerBounds bounds, TokenPolicy policy) implements SingleIssuerAuth {
    static final String METHOD = "oidc";

    @Override
    public String sessionMethod() {
        return METHOD;
    }
}
