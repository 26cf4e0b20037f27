package io.sallyport.identity.cache;

import io.sallyport.IdentityId;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What one question reads: from the caches, else from the store, never twice from the store. Once it is {@linkplain
 * #askAgain told to ask again}, it bypasses the caches for as many reads as it has left.
 */
final class Reads {
    private final CachedIdentities caches;
    private final Map<IdentityId, Optional<Identity>> found = new HashMap<>();
    private final Map<IdentityId, Refused> invalid = new HashMap<>();
    private final Map<Lookup, List<IdentityId>> lookedUp = new HashMap<>();
    private int findsLeft;
    private int lookupsLeft;
    private boolean again;
    private Instant goodUntil = Instant.MAX;

    Reads(CachedIdentities caches) {
        this(caches, 0, 0);
    }

    Reads(CachedIdentities caches, int finds, int lookups) {
        this.caches = caches;
        this.findsLeft = finds;
        this.lookupsLeft = lookups;
    }

    void askAgain() {
        again = true;
        goodUntil = Instant.MAX;
    }

    /** When the first of the cached results expires. */
    Instant goodUntil() {
        return goodUntil;
    }

    /** Makes the remaining reads, whatever they find. */
    void useUp(List<Lookup> lookups, IdentityId filler) throws Refused {
        for (int i = 0; i < lookups.size() && lookupsLeft > 0; i++) {
            if (!lookedUp.containsKey(lookups.get(i))) {
                lookUpNow(lookups.get(i), false);
            }
        }
        while (findsLeft > 0) {
            findsLeft--;
            try {
                caches.read(filler);
            } catch (Refused refused) {
                if (refused.reason().isUndecided()) {
                    throw refused;
                }
            }
        }
    }

    Optional<Identity> find(IdentityId id) throws Refused {
        Optional<Identity> known = found.get(id);
        if (known != null) {
            return known;
        }
        Refused refused = invalid.get(id);
        if (refused != null) {
            throw refused;
        }
        if (!again || findsLeft <= 0) {
            Optional<CachedIdentities.Entry<Identity>> kept = caches.kept(id);
            if (kept.isPresent()) {
                noteKept(kept.get().until());
                return Optional.of(kept.get().value());
            }
        }
        return findNow(id);
    }

    private Optional<Identity> findNow(IdentityId id) throws Refused {
        findsLeft--;
        try {
            Optional<Identity> now = caches.read(id);
            found.put(id, now);
            return now;
        } catch (Refused refused) {
            if (!refused.reason().isUndecided()) {
                invalid.put(id, refused);
            }
            throw refused;
        }
    }

    private void noteKept(Instant until) {
        if (until.isBefore(goodUntil)) {
            goodUntil = until;
        }
    }

    private List<IdentityId> lookUp(Lookup lookup, boolean keepNone) throws Refused {
        List<IdentityId> known = lookedUp.get(lookup);
        if (known == null && (!again || lookupsLeft <= 0)) {
            Optional<CachedIdentities.Entry<List<IdentityId>>> kept = caches.kept(lookup);
            if (kept.isPresent()) {
                noteKept(kept.get().until());
                known = kept.get().value();
            }
        }
        List<IdentityId> ids = known != null ? known : lookUpNow(lookup, keepNone);
        if (ids.size() > CachedIdentities.MAX_CANDIDATES) {
            throw new Refused(
                    Reason.AMBIGUOUS_CLIENT,
                    "more than " + CachedIdentities.MAX_CANDIDATES + " identities with " + Quoted.quote(lookup.key()));
        }
        return ids;
    }

    private List<IdentityId> lookUpNow(Lookup lookup, boolean keepNone) throws Refused {
        lookupsLeft--;
        List<IdentityId> ids = caches.read(lookup, keepNone);
        lookedUp.put(lookup, ids);
        return ids;
    }

    /** The client with that {@code client_id}: an identity's id, or its alias. */
    Optional<Identity> findClient(Name clientId) throws Refused {
        if (IdentityId.isValid(clientId.value())) {
            Optional<Identity> byId = find(new IdentityId(clientId.value()));
            if (byId.isPresent()) {
                return byId;
            }
        }
        return theOne(Lookup.alias(clientId), identity -> identity.isCalled(clientId.value()), false);
    }

    Optional<Identity> theOne(Lookup lookup, Predicate<Identity> isMeant, boolean keepNone) throws Refused {
        List<Identity> meant = new ArrayList<>();
        for (IdentityId id : lookUp(lookup, keepNone)) {
            find(id).filter(isMeant).ifPresent(meant::add);
        }
        if (meant.size() > 1) {
            throw new Refused(
                    Reason.IDENTITY_INVALID, meant.size() + " identities claim " + Quoted.quote(lookup.key()));
        }
        return meant.stream().findFirst();
    }

    /** The identities with one of the keys. Invalid documents are left out. */
    List<Identity> trusting(List<Lookup> lookups) throws Refused {
        Set<IdentityId> ids = new LinkedHashSet<>();
        for (Lookup lookup : lookups) {
            ids.addAll(lookUp(lookup, false));
        }
        List<Identity> trusting = new ArrayList<>();
        for (IdentityId id : ids) {
            try {
                find(id).ifPresent(trusting::add);
            } catch (Refused refused) {
                // One invalid document must not lock out others that share its issuer.
                if (refused.reason().isUndecided()) {
                    throw refused;
                }
            }
        }
        return trusting;
    }
}
