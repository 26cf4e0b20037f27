package io.sallyport.method.jwt;

import io.sallyport.method.issuer.IssuerBounds;
import io.sallyport.method.issuer.SingleIssuerAuth;
import io.sallyport.token.TokenPolicy;

/** Admits callers for whom an issuer vouches, with keys at an address, or as configured. */
public record JwtAuth(IssuerBounds bounds, TokenPolicy policy) implements SingleIssuerAuth {
    static final String METHOD = "jwt";

    @Override
    public String sessionMethod() {
        return METHOD;
    }
}
