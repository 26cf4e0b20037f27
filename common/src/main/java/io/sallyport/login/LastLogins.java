package io.sallyport.login;

import io.sallyport.BoundedCache;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.IdentityStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Notes when identities logged in last, so that people can find those that nobody uses: to the hour, and at the cost of one
 * write an hour for each. A login never fails for it.
 */
public final class LastLogins {
    /** How precise it is. */
    public static final Duration PRECISION = Duration.ofHours(1);

    private static final int MAX_IDENTITIES = 10_000;

    private final IdentityStore store;
    private final BoundedCache<IdentityId, Instant> noted = new BoundedCache<>(MAX_IDENTITIES);

    public LastLogins(IdentityStore store) {
        this.store = store;
    }

    void note(IdentityId identity, String method, Instant now) {
        Optional<Instant> known = noted.get(identity);
        if (known.isPresent() && now.isBefore(known.get().plus(PRECISION))) {
            return;
        }
        // Before the write, so that of many logins at once one makes it, and a store that fails is not asked by all.
        noted.put(identity, now);
        try {
            store.noteLogin(identity, new IdentityStore.LastLogin(method, now), now.minus(PRECISION));
        } catch (Refused notNoted) {
            // It is noted in an hour; the login has succeeded.
        }
    }
}
