package io.sallyport.method;

import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;

/**
 * An identity that has proven itself, and how.
 *
 * @param method the auth method that admitted it, whose policy its tokens follow
 */
public record Admitted(Identity identity, AuthMethod<?> method, Verified<? extends Attestation> verified) {}
