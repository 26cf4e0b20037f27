package io.sallyport.identity;

import io.sallyport.IdentityId;

/** An identity as it is stored: all that logins look at, and all that they do not. */
public record IdentityRecord(Identity identity, Registration registration) {
    /** One of which nothing else is known. */
    public static IdentityRecord of(Identity identity) {
        return new IdentityRecord(identity, Registration.NONE);
    }

    public IdentityId id() {
        return identity.id();
    }
}
