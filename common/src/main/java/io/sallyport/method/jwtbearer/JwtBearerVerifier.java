package io.sallyport.method.jwtbearer;

import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.issuer.IssuerVerifier;

/** Verifies JWTs of an identity's trusted issuers. */
public final class JwtBearerVerifier extends IssuerVerifier<JwtBearerAuth> {
    /** @param ownIssuer our own issuer, whose tokens are no assertions, whatever an identity trusts */
    public JwtBearerVerifier(GuardedHosts hosts, String ownIssuer) {
        super(JwtBearerAuth.class, hosts, ownIssuer);
    }

    public static JwtBearerVerifier of(VerifierContext context) {
        return new JwtBearerVerifier(context.hosts(), context.ownIssuer());
    }
}
