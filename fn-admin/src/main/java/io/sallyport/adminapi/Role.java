package io.sallyport.adminapi;

import io.sallyport.identity.Identity;

/** What an identity's role must be for a route. */
enum Role {
    VIEWER,
    ADMIN;

    /** Whether an identity of that role may. */
    boolean isMetBy(String role) {
        return switch (this) {
            case VIEWER -> role.equals(Identity.VIEWER) || role.equals(Identity.ADMIN);
            case ADMIN -> role.equals(Identity.ADMIN);
        };
    }
}
