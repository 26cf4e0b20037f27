package io.sallyport.method;

import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.UnverifiedJwt;
import java.time.Instant;

/**
 * Finds out whether an assertion is true.
 *
 * @param <M> the auth method that says what is expected
 * @param <A> what is vouched for
 */
public abstract class Verifier<M extends AuthMethod<A>, A extends Attestation> extends CredentialVerifier<M, A> {
    /** The class of the auth method. */
    public abstract Class<M> type();

    /**
     * Whether the assertion says that it is of a platform whose tokens are for the identity by its id: its {@code aud} is the
     * client id. True or not.
     *
     * @throws Refused if a claim is of the wrong form
     */
    public boolean namesClient(Claims unverified) throws Refused {
        return false;
    }

    /**
     * @param assertion of any type; the verifier {@linkplain UnverifiedJwt#require demands} the one that it proves
     * @throws Refused if it is not true, or if that could not be found out
     */
    public final Verified<A> verify(UnverifiedJwt assertion, IdentityId audience, M method, Instant now)
            throws Refused {
        return verify(assertion, audience, method, now, checks(method).begin());
    }

    /**
     * Verifies as the first part of a decision; {@link #admit} is the second.
     *
     * @param trace of {@link #checks}
     * @throws Refused as {@link #verify(UnverifiedJwt, IdentityId, AuthMethod, Instant)}
     */
    public abstract Verified<A> verify(
            UnverifiedJwt assertion, IdentityId audience, M method, Instant now, CheckTrace trace) throws Refused;
}
