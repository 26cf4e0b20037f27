package io.sallyport.identity;

/**
 * An identity that has proven itself, and how.
 *
 * @param method the auth method that admitted it, whose policy its tokens follow
 */
public record Admitted(Identity identity, AuthMethod<?> method, Verified<? extends Attestation> verified) {}
