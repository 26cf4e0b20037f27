package io.sallyport.method.jwt;

import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.issuer.IssuerVerifier;

/** Verifies JWTs of the issuer of a {@link JwtAuth}. */
public final class JwtAuthVerifier extends IssuerVerifier<JwtAuth> {
    /** @param ownIssuer our own issuer, whose tokens are no assertions, whatever an identity trusts */
    public JwtAuthVerifier(GuardedHosts hosts, String ownIssuer) {
        super(JwtAuth.class, hosts, ownIssuer);
    }

    public static JwtAuthVerifier of(VerifierContext context) {
        return new JwtAuthVerifier(context.hosts(), context.ownIssuer());
    }
}
