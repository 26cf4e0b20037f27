package io.sallyport.method;

import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;

/**
 * An admitted identity, with the method and proof.
 *
 * @param method the auth method that admitted it, whose policy its tokens follow
 */
public record Admitted(Identity identity, AuthMethod<?> method, Verified<? extends Attestation> verified) {}
