package io.sallyport.method.oidc;

import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.issuer.IssuerVerifier;

/** Verifies JWTs of an identity's OpenID provider. */
public final class OidcVerifier extends IssuerVerifier<OidcAuth> {
    /** @param ownIssuer our own issuer, whose tokens are no assertions, whatever an identity trusts */
    public OidcVerifier(GuardedHosts hosts, String ownIssuer) {
        super(OidcAuth.class, hosts, ownIssuer);
    }

    public static OidcVerifier of(VerifierContext context) {
        return new OidcVerifier(context.hosts(), context.ownIssuer());
    }
}
