package io.sallyport.identity;

import io.sallyport.IdentityId;

/** An identity as stored: what logins read, and the registration that they do not. */
public record IdentityRecord(Identity identity, Registration registration) {
    /** The record of an identity without a registration. */
    public static IdentityRecord of(Identity identity) {
        return new IdentityRecord(identity, Registration.NONE);
    }

    public IdentityId id() {
        return identity.id();
    }
}
