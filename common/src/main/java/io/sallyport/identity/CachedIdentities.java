package io.sallyport.identity;

import io.sallyport.BoundedCache;
import io.sallyport.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Identities as last read, kept for a few seconds: a busy identity costs one read in that time, and a change to it is
 * seen everywhere within that time. Only what was found is kept, so that a new identity can log in at once.
 */
public final class CachedIdentities {
    private static final int MOST_IDENTITIES = 10_000;

    private final IdentityStore store;
    private final Duration time;
    private final InstantSource clock;
    private final BoundedCache<IdentityId, Entry> entries = new BoundedCache<>(MOST_IDENTITIES);

    private record Entry(Identity identity, Instant until) {}

    /** @param time how long an identity is kept; zero for not at all */
    public CachedIdentities(IdentityStore store, Duration time, InstantSource clock) {
        this.store = store;
        this.time = time;
        this.clock = clock;
    }

    /** As {@link IdentityStore#find}, but up to the cache's time old. */
    public Optional<Identity> find(IdentityId id) throws Refused {
        Instant now = clock.instant();
        Optional<Entry> known = entries.get(id).filter(entry -> now.isBefore(entry.until()));
        if (known.isPresent()) {
            return known.map(Entry::identity);
        }
        Optional<Identity> found = store.find(id);
        if (found.isPresent() && !time.isZero()) {
            entries.put(id, new Entry(found.get(), now.plus(time)));
        } else {
            entries.remove(id);
        }
        return found;
    }
}
