package io.sallyport.method;

import io.sallyport.Refused;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.IdentityId;
import java.time.Instant;

/**
 * Finds out whether an assertion is true.
 *
 * @param <M> the auth method that says what is expected
 * @param <A> what is vouched for
 */
@FunctionalInterface
public interface Verifier<M extends AuthMethod<A>, A extends Attestation> {
    /** @throws Refused if it is not true, or if that could not be found out */
    Verified<A> verify(Assertion assertion, IdentityId audience, M method, Instant now) throws Refused;
}
