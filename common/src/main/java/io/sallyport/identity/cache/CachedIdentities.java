package io.sallyport.identity.cache;

import io.sallyport.BoundedCache;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Identities cached for a few seconds: a busy identity costs one read in that time, and a change is seen everywhere
 * within it. Misses are not cached, with one exception: that a granted audience has no owner. For names that a stranger
 * supplies, use {@link #uniformReads}.
 */
public final class CachedIdentities {
    private static final int MAX_IDENTITIES = 10_000;
    private static final int MAX_LOOKUPS = 10_000;

    /** With more candidates than this, the caller must say which identity it is. */
    static final int MAX_CANDIDATES = 20;

    private final IdentityStore store;
    private final Duration time;
    private final InstantSource clock;
    private final BoundedCache<IdentityId, Entry<Identity>> entries = new BoundedCache<>(MAX_IDENTITIES);
    private final BoundedCache<Lookup, Entry<List<IdentityId>>> lookups = new BoundedCache<>(MAX_LOOKUPS);
    private final RecentDenials denials;

    record Entry<T>(T value, Instant until) {}

    /** @param time how long an identity is cached; zero disables the cache */
    public CachedIdentities(IdentityStore store, Duration time, InstantSource clock) {
        this.store = store;
        this.time = time;
        this.clock = clock;
        this.denials = new RecentDenials(time);
    }

    /** Reads for one request of an unauthenticated caller. */
    public UniformReads uniformReads() {
        return new UniformReads(this);
    }

    /** Finds as {@link IdentityStore#find} does, but possibly as old as the cache's time. */
    public Optional<Identity> find(IdentityId id) throws Refused {
        Optional<Entry<Identity>> kept = kept(id);
        return kept.isPresent() ? Optional.of(kept.get().value()) : read(id);
    }

    /** The client with that {@code client_id}: an identity's id, or its alias. */
    public Optional<Identity> findClient(String clientId) throws Refused {
        return Name.isValid(clientId) ? new Reads(this).findClient(new Name(clientId)) : Optional.empty();
    }

    /**
     * The identity that owns an audience, if there is one. Only for audiences that a grant names: strangers would fill
     * the cache.
     */
    public Optional<Identity> owner(Name audience) throws Refused {
        return new Reads(this)
                .theOne(
                        Lookup.audience(audience),
                        identity -> identity.client().audience(audience.value()).isPresent(),
                        true);
    }

    /**
     * The identities that trust an issuer's tokens for a subject, as far as stores can tell. Invalid documents are left
     * out.
     *
     * @throws Refused {@link Reason#AMBIGUOUS_CLIENT} if there are too many candidates
     */
    public List<Identity> trusting(String issuer, String subject) throws Refused {
        return new Question.ByAssertion(issuer, subject).ask(new Reads(this));
    }

    RecentDenials denials() {
        return denials;
    }

    Instant now() {
        return clock.instant();
    }

    long changes() {
        return store.changes();
    }

    Optional<Entry<Identity>> kept(IdentityId id) {
        return unexpired(entries.get(id));
    }

    Optional<Entry<List<IdentityId>>> kept(Lookup lookup) {
        return unexpired(lookups.get(lookup));
    }

    private <T> Optional<Entry<T>> unexpired(Optional<Entry<T>> entry) {
        return entry.isPresent() && clock.instant().isBefore(entry.get().until()) ? entry : Optional.empty();
    }

    /** Reads from the store, bypassing the cache. */
    Optional<Identity> read(IdentityId id) throws Refused {
        Instant now = clock.instant();
        Optional<Identity> found;
        try {
            found = store.find(id);
        } catch (Refused refused) {
            if (!refused.reason().isUndecided()) {
                entries.remove(id);
            }
            throw refused;
        }
        if (found.isPresent() && !time.isZero()) {
            entries.put(id, new Entry<>(found.get(), now.plus(time)));
        } else {
            entries.remove(id);
        }
        return found;
    }

    /**
     * Reads the ids with a key from the store, bypassing the cache; at most one more than {@link #MAX_CANDIDATES}.
     *
     * @param keepNone whether to cache a miss
     */
    List<IdentityId> read(Lookup lookup, boolean keepNone) throws Refused {
        Instant now = clock.instant();
        List<IdentityId> ids = List.copyOf(store.find(lookup, MAX_CANDIDATES + 1));
        if ((keepNone || !ids.isEmpty()) && ids.size() <= MAX_CANDIDATES && !time.isZero()) {
            lookups.put(lookup, new Entry<>(ids, now.plus(time)));
        } else {
            lookups.remove(lookup);
        }
        return ids;
    }
}
