package io.sallyport.adminapi;

import io.sallyport.identity.Identity;

/** The role that a route requires. */
enum Role {
    VIEWER,
    ADMIN;

    /** Whether an identity with that role meets it. */
    boolean isMetBy(String role) {
        return switch (this) {
            case VIEWER -> role.equals(Identity.VIEWER) || role.equals(Identity.ADMIN);
            case ADMIN -> role.equals(Identity.ADMIN);
        };
    }
}
