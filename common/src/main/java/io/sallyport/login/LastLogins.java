package io.sallyport.login;

import io.sallyport.BoundedCache;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.Credential;
import io.sallyport.identity.IdentityStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Records the last login of each identity, and the last use of each client secret, so that operators can find unused
 * ones: to the hour, with at most one write an hour for each. A failure never fails the login.
 */
public final class LastLogins {
    /** The precision of the recorded time. */
    public static final Duration PRECISION = Duration.ofHours(1);

    private static final int MAX_IDENTITIES = 10_000;

    private final IdentityStore store;
    private final BoundedCache<IdentityId, Instant> noted = new BoundedCache<>(MAX_IDENTITIES);
    private final BoundedCache<Credential, Instant> notedUses = new BoundedCache<>(MAX_IDENTITIES);

    public LastLogins(IdentityStore store) {
        this.store = store;
    }

    void note(IdentityId identity, String method, Instant now) {
        if (!isDue(noted, identity, now)) {
            return;
        }
        try {
            store.noteLogin(identity, new IdentityStore.LastLogin(method, now), now.minus(PRECISION));
        } catch (Refused notNoted) {
            // The next try is in an hour; the login has succeeded.
        }
    }

    void note(Credential credential, Instant now) {
        if (!isDue(notedUses, credential, now)) {
            return;
        }
        try {
            store.noteUse(credential, now, now.minus(PRECISION));
        } catch (Refused notNoted) {
            // As above.
        }
    }

    /** Whether nothing was noted within the last hour; from then on, something counts as noted. */
    private static <K> boolean isDue(BoundedCache<K, Instant> noted, K key, Instant now) {
        Optional<Instant> known = noted.get(key);
        if (known.isPresent() && now.isBefore(known.get().plus(PRECISION))) {
            return false;
        }
        // Before the write, so that of many logins at once one writes, and not all of them wait for a failing store.
        noted.put(key, now);
        return true;
    }
}
