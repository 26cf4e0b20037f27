package io.sallyport.method;

import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Refused;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import java.util.Optional;

/**
 * Verifies a credential. Only its subclasses can make a {@link Verified}, and an identity is admitted only if the trace
 * shows that every check was made.
 *
 * @param <M> the auth method that says what is expected
 * @param <A> what is vouched for
 */
public abstract class CredentialVerifier<M extends AuthMethod<A>, A extends Attestation> {
    /** All checks of a credential for that method, in the order of the code: by this verifier, then by the method. */
    public abstract CheckSequence checks(M method);

    /** Makes the result, for subclasses that have just verified it. */
    protected final Verified<A> verified(A attestation, Optional<Verified.SingleUse> singleUse) {
        return new Verified<>(attestation, singleUse, Optional.empty());
    }

    /** Makes the result for a credential whose uses are noted. */
    protected final Verified<A> verified(A attestation, Verified.CountedUse use) {
        return new Verified<>(attestation, Optional.empty(), Optional.of(use));
    }

    /**
     * Admits an identity by what was verified, or refuses.
     *
     * @param trace of {@link #checks}, along which it was verified
     * @throws Refused if the method does not {@linkplain AuthMethod#admit(Attestation) allow} it
     * @throws IllegalStateException if a check was skipped, which is a bug
     */
    public final Admitted admit(Identity identity, M method, Verified<A> verified, CheckTrace trace) throws Refused {
        method.admit(verified.attestation(), trace);
        trace.requireComplete();
        return new Admitted(identity, method, verified);
    }
}
