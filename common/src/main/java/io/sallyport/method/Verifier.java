package io.sallyport.method;

import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Refused;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.UnverifiedJwt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Verifies assertions.
 *
 * @param <M> the auth method that says what is expected
 * @param <A> what is vouched for
 */
public abstract class Verifier<M extends AuthMethod<A>, A extends Attestation> extends CredentialVerifier<M, A> {
    /** The class of the auth method. */
    public abstract Class<M> type();

    /**
     * Whether the unverified assertion is from a platform whose tokens name the identity: its {@code aud} is the client
     * id.
     *
     * @throws Refused if a claim is malformed
     */
    public boolean namesClient(Claims unverified) throws Refused {
        return false;
    }

    /**
     * Reads the assertion from the fields of a login: by default, a JWT.
     *
     * @param invalid receives the fields that are missing or malformed
     */
    public Assertion assertion(Map<String, @Nullable Object> fields, List<InvalidField> invalid) {
        return Assertion.jwt(fields, invalid);
    }

    /**
     * Verifies an assertion as received: by default, a JWT.
     *
     * @throws Refused as {@link #verify(UnverifiedJwt, IdentityId, AuthMethod, Instant, CheckTrace)}, or if it is
     *     malformed
     */
    public Verified<A> verify(Assertion assertion, IdentityId audience, M method, Instant now, CheckTrace trace)
            throws Refused {
        return verify(assertion.parse(), audience, method, now, trace);
    }

    /**
     * @param assertion of any type; the verifier {@linkplain UnverifiedJwt#require requires} its own
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
