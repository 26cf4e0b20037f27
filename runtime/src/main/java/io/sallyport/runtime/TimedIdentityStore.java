package io.sallyport.runtime;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.audit.OutboundCalls;
import io.sallyport.identity.Credential;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Lookup;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Times the calls of an identity store for the audit line, and counts its changes. */
record TimedIdentityStore(IdentityStore store, LongSupplier nanos, AtomicLong changed) implements IdentityStore {
    TimedIdentityStore(IdentityStore store, LongSupplier nanos) {
        this(store, nanos, new AtomicLong());
    }

    @Override
    public long changes() {
        return changed.get();
    }

    private <T> T changing(String what, OutboundCalls.Work<T, Refused> work) throws Refused {
        try {
            return timed(what, work);
        } finally {
            // Also after a failed change: its answer may have been lost.
            changed.incrementAndGet();
        }
    }

    private <T> T timed(String what, OutboundCalls.Work<T, Refused> work) throws Refused {
        return OutboundCalls.timed("store: " + what, nanos, work);
    }

    @Override
    public Optional<IdentityRecord> findRecord(IdentityId id) throws Refused {
        return timed("find identity", () -> store.findRecord(id));
    }

    @Override
    public List<IdentityId> find(Lookup lookup, int most) throws Refused {
        return timed("look up identity", () -> store.find(lookup, most));
    }

    @Override
    public Page list(Listing listing) throws Refused {
        return timed("list identities", () -> store.list(listing));
    }

    @Override
    public void save(IdentityRecord record) throws Refused {
        changing("save identity", () -> {
            store.save(record);
            return record;
        });
    }

    @Override
    public Changed change(IdentityId id, Change change) throws Refused {
        return changing("change identity", () -> store.change(id, change));
    }

    @Override
    public void delete(IdentityId id) throws Refused {
        changing("delete identity", () -> {
            store.delete(id);
            return id;
        });
    }

    @Override
    public void noteLogin(IdentityId id, LastLogin login, Instant knownSince) throws Refused {
        timed("note login", () -> {
            store.noteLogin(id, login, knownSince);
            return id;
        });
    }

    @Override
    public Optional<LastLogin> lastLogin(IdentityId id) throws Refused {
        return timed("last login", () -> store.lastLogin(id));
    }

    @Override
    public void noteUse(Credential credential, Instant at, Instant knownSince) throws Refused {
        timed("note use", () -> {
            store.noteUse(credential, at, knownSince);
            return credential;
        });
    }

    @Override
    public Optional<Instant> lastUse(Credential credential) throws Refused {
        return timed("last use", () -> store.lastUse(credential));
    }
}
