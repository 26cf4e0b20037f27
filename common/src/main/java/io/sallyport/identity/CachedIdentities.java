package io.sallyport.identity;

import io.sallyport.BoundedCache;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Identities as last read, kept for a few seconds: a busy identity costs one read in that time, and a change to it is
 * seen everywhere within that time. Only what was found is kept, so that a new identity can log in at once; but of the
 * audiences that grants name, that nobody answers for one is kept as well.
 */
public final class CachedIdentities {
    private static final int MOST_IDENTITIES = 10_000;
    private static final int MOST_LOOKUPS = 10_000;

    /** More identities than that are not looked through for one caller: it must say which it is. */
    private static final int MOST_CANDIDATES = 20;

    private final IdentityStore store;
    private final Duration time;
    private final InstantSource clock;
    private final BoundedCache<IdentityId, Entry<Identity>> entries = new BoundedCache<>(MOST_IDENTITIES);
    private final BoundedCache<Lookup, Entry<List<IdentityId>>> lookups = new BoundedCache<>(MOST_LOOKUPS);

    private record Entry<T>(T value, Instant until) {}

    /** @param time how long an identity is kept; zero for not at all */
    public CachedIdentities(IdentityStore store, Duration time, InstantSource clock) {
        this.store = store;
        this.time = time;
        this.clock = clock;
    }

    /** As {@link IdentityStore#find}, but up to the cache's time old. */
    public Optional<Identity> find(IdentityId id) throws Refused {
        Instant now = clock.instant();
        Optional<Entry<Identity>> known = entries.get(id);
        if (known.isPresent() && now.isBefore(known.get().until())) {
            return Optional.of(known.get().value());
        }
        Optional<Identity> found = store.find(id);
        if (found.isPresent() && !time.isZero()) {
            entries.put(id, new Entry<>(found.get(), now.plus(time)));
        } else {
            entries.remove(id);
        }
        return found;
    }

    /** The client of that {@code client_id}: an identity's id, or its alias. */
    public Optional<Identity> findClient(String clientId) throws Refused {
        if (IdentityId.isValid(clientId)) {
            Optional<Identity> byId = find(new IdentityId(clientId));
            if (byId.isPresent()) {
                return byId;
            }
        }
        if (!Name.isValid(clientId)) {
            return Optional.empty();
        }
        return theOne(Lookup.alias(new Name(clientId)), identity -> identity.isCalled(clientId), false);
    }

    /** Whoever answers for an audience, if anybody does. For audiences that a grant names: strangers would fill the cache. */
    public Optional<Identity> owner(Name audience) throws Refused {
        return theOne(
                Lookup.audience(audience),
                identity -> identity.client().audience(audience.value()).isPresent(),
                true);
    }

    private Optional<Identity> theOne(Lookup lookup, Predicate<Identity> isMeant, boolean keepNone) throws Refused {
        List<Identity> found = new ArrayList<>();
        for (IdentityId id : ids(lookup, keepNone)) {
            find(id).filter(isMeant).ifPresent(found::add);
        }
        if (found.size() > 1) {
            throw new Refused(
                    Reason.IDENTITY_INVALID, found.size() + " identities claim " + Quoted.quote(lookup.key()));
        }
        return found.stream().findFirst();
    }

    /**
     * Those who trust an issuer's tokens for a subject, as far as stores can tell. One whose document is not valid is left out.
     *
     * @throws Refused {@link Reason#AMBIGUOUS_CLIENT} if there are too many to look through
     */
    public List<Identity> trusting(String issuer, String subject) throws Refused {
        Set<IdentityId> ids = new LinkedHashSet<>(ids(Lookup.subject(issuer, subject), false));
        ids.addAll(ids(Lookup.issuer(issuer), false));
        List<Identity> found = new ArrayList<>();
        for (IdentityId id : ids) {
            try {
                find(id).ifPresent(found::add);
            } catch (Refused refused) {
                // One broken document must not shut out whoever shares an issuer with it.
                if (refused.reason().isUndecided()) {
                    throw refused;
                }
            }
        }
        return found;
    }

    private List<IdentityId> ids(Lookup lookup, boolean keepNone) throws Refused {
        Instant now = clock.instant();
        Optional<Entry<List<IdentityId>>> known = lookups.get(lookup).filter(entry -> now.isBefore(entry.until()));
        if (known.isPresent()) {
            return known.get().value();
        }
        List<IdentityId> ids = store.find(lookup, MOST_CANDIDATES + 1);
        if (ids.size() > MOST_CANDIDATES) {
            throw new Refused(
                    Reason.AMBIGUOUS_CLIENT,
                    "more than " + MOST_CANDIDATES + " identities with " + Quoted.quote(lookup.key()));
        }
        if ((keepNone || !ids.isEmpty()) && !time.isZero()) {
            lookups.put(lookup, new Entry<>(List.copyOf(ids), now.plus(time)));
        } else {
            lookups.remove(lookup);
        }
        return ids;
    }
}
