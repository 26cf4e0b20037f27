package io.sallyport.testing;

import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import java.time.Instant;
import java.util.Optional;

/** Vouches for one workload, whatever the assertion says. */
public final class FixedVerifier<M extends AuthMethod<A>, A extends Attestation> extends Verifier<M, A> {
    private final Class<M> type;
    private final A attestation;

    public FixedVerifier(Class<M> type, A attestation) {
        this.type = type;
        this.attestation = attestation;
    }

    @Override
    public Class<M> type() {
        return type;
    }

    @Override
    public CheckSequence checks(M method) {
        return method.checks();
    }

    @Override
    public Verified<A> verify(UnverifiedJwt assertion, IdentityId audience, M method, Instant now, CheckTrace trace) {
        return verified(attestation, Optional.empty());
    }
}
