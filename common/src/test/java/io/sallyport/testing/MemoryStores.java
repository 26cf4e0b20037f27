package io.sallyport.testing;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Lookup;
import io.sallyport.method.provider.Providers;
import io.sallyport.token.AssertionDigest;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Both stores in memory; they count calls and fail on demand. */
public class MemoryStores implements IdentityStore, TokenStore {
    private final Map<IdentityId, IdentityRecord> identities = new ConcurrentHashMap<>();
    private final Map<IdentityId, LastLogin> logins = new ConcurrentHashMap<>();
    private final Map<Credential, Instant> credentialUses = new ConcurrentHashMap<>();
    private final Map<IdentityId, Map<String, Object>> spoilt = new ConcurrentHashMap<>();
    private final Map<SessionId, Long> uses = new ConcurrentHashMap<>();
    private final Map<SessionId, Instant> sessionExpiries = new ConcurrentHashMap<>();
    private final Map<SessionId, Instant> revoked = new ConcurrentHashMap<>();
    private final Map<AssertionDigest, Instant> claimed = new ConcurrentHashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private volatile Optional<Refused> failure = Optional.empty();
    private volatile Optional<Refused> failureOfWrites = Optional.empty();

    public void fail(Reason reason) {
        failure = Optional.of(new Refused(reason, "as told"));
    }

    /** Answers reads, and fails writes. */
    public void failWrites(Reason reason) {
        failureOfWrites = Optional.of(new Refused(reason, "as told"));
    }

    public void recover() {
        failure = Optional.empty();
        failureOfWrites = Optional.empty();
    }

    public int reads() {
        return reads.get();
    }

    /** The reads by another key than the id. */
    public int lookups() {
        return lookups.get();
    }

    public int writes() {
        return writes.get();
    }

    private void count(AtomicInteger calls) throws Refused {
        calls.incrementAndGet();
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (calls == writes && failureOfWrites.isPresent()) {
            throw failureOfWrites.get();
        }
    }

    /** The uses that a session has left; empty if it was never opened. */
    public Optional<Long> uses(SessionId session) {
        return Optional.ofNullable(uses.get(session));
    }

    /** When a session may be dropped. */
    public Optional<Instant> expiry(SessionId session) {
        return Optional.ofNullable(sessionExpiries.get(session));
    }

    /** Replaces an identity with a document, valid or not, to which other keys still lead. */
    public synchronized void spoil(IdentityId id, Map<String, Object> document) {
        spoilt.put(id, document);
    }

    @Override
    public Optional<IdentityRecord> findRecord(IdentityId id) throws Refused {
        count(reads);
        Map<String, Object> document = spoilt.get(id);
        return document == null
                ? Optional.ofNullable(identities.get(id))
                : Optional.of(Providers.DOCUMENTS.readStored(id, document));
    }

    @Override
    public Page list(Listing listing) throws Refused {
        count(reads);
        List<IdentityRecord> found = identities.values().stream()
                .sorted(Comparator.comparing(
                                (IdentityRecord record) -> record.identity().name())
                        .thenComparing(record -> record.id().value()))
                .filter(record -> record.identity().name().startsWith(listing.namePrefix()))
                .filter(record -> listing.after()
                        .map(after -> record.identity().name().compareTo(after.name()) > 0
                                || (record.identity().name().equals(after.name())
                                        && record.id()
                                                        .value()
                                                        .compareTo(after.id().value())
                                                > 0))
                        .orElse(true))
                .skip(listing.skip())
                .limit(listing.limit())
                .toList();
        return new Page(
                found,
                found.size() < listing.limit()
                        ? Optional.empty()
                        : Optional.of(new Cursor(
                                found.get(found.size() - 1).identity().name(),
                                found.get(found.size() - 1).id())));
    }

    @Override
    public List<IdentityId> find(Lookup lookup, int most) throws Refused {
        lookups.incrementAndGet();
        count(reads);
        return identities.values().stream()
                .filter(record -> record.identity().lookups().contains(lookup))
                .map(IdentityRecord::id)
                .limit(most)
                .toList();
    }

    @Override
    public synchronized Changed change(IdentityId id, Change change) throws Refused {
        count(writes);
        Optional<IdentityRecord> before = spoilt.containsKey(id)
                ? Optional.of(Providers.DOCUMENTS.readStored(id, spoilt.get(id)))
                : Optional.ofNullable(identities.get(id));
        Optional<IdentityRecord> after = change.apply(before);
        if (after.isEmpty()) {
            identities.remove(id);
            return new Changed(before, after);
        }
        put(after.get());
        return new Changed(before, after);
    }

    @Override
    public synchronized void save(IdentityRecord record) throws Refused {
        count(writes);
        put(record);
        spoilt.remove(record.id());
    }

    private void put(IdentityRecord record) throws Refused {
        if (identities.values().stream().anyMatch(other -> haveANameInCommon(record.identity(), other.identity()))) {
            throw new Refused(Reason.NAME_TAKEN, "as the real ones do");
        }
        identities.put(record.id(), record);
    }

    private static boolean haveANameInCommon(Identity one, Identity other) {
        return !one.id().equals(other.id())
                && (one.isCalled(other.id().value())
                        || other.isCalled(one.id().value())
                        || one.lookups().stream().filter(Lookup::isUnique).anyMatch(other.lookups()::contains));
    }

    @Override
    public void noteLogin(IdentityId id, LastLogin login, Instant knownSince) throws Refused {
        count(writes);
        logins.merge(id, login, (known, fresh) -> known.at().isAfter(knownSince) ? known : fresh);
    }

    @Override
    public Optional<LastLogin> lastLogin(IdentityId id) throws Refused {
        count(reads);
        return Optional.ofNullable(logins.get(id));
    }

    @Override
    public void noteUse(Credential credential, Instant at, Instant knownSince) throws Refused {
        count(writes);
        credentialUses.merge(credential, at, (known, fresh) -> known.isAfter(knownSince) ? known : fresh);
    }

    @Override
    public Optional<Instant> lastUse(Credential credential) throws Refused {
        count(reads);
        return Optional.ofNullable(credentialUses.get(credential));
    }

    @Override
    public synchronized void delete(IdentityId id) throws Refused {
        count(writes);
        identities.remove(id);
        spoilt.remove(id);
    }

    @Override
    public void open(SessionId session, long limit, Instant expiry) throws Refused {
        count(writes);
        uses.putIfAbsent(session, limit);
        sessionExpiries.putIfAbsent(session, expiry);
    }

    @Override
    public OptionalLong spend(SessionId session, Instant now) throws Refused {
        count(writes);
        if (isForgotten(session, now)) {
            return OptionalLong.empty();
        }
        Long left = uses.computeIfPresent(session, (id, before) -> before - 1);
        return left == null || left < 0 ? OptionalLong.empty() : OptionalLong.of(left);
    }

    @Override
    public OptionalLong usesLeft(SessionId session, Instant now) throws Refused {
        count(reads);
        Long left = isForgotten(session, now) ? null : uses.get(session);
        return left == null ? OptionalLong.empty() : OptionalLong.of(Math.max(0, left));
    }

    @Override
    public void extend(SessionId session, Instant now, Instant expiry) throws Refused {
        count(writes);
        sessionExpiries.computeIfPresent(
                session, (id, before) -> before.isBefore(expiry) && now.isBefore(before) ? expiry : before);
    }

    private boolean isForgotten(SessionId session, Instant now) {
        Instant expiry = sessionExpiries.get(session);
        return expiry == null || !now.isBefore(expiry);
    }

    @Override
    public void revoke(SessionId session, Instant expiry) throws Refused {
        count(writes);
        revoked.put(session, expiry);
    }

    @Override
    public boolean isRevoked(SessionId session, Instant now) throws Refused {
        count(reads);
        return revoked.containsKey(session);
    }

    @Override
    public boolean claim(AssertionDigest assertion, Instant now, Instant expiry) throws Refused {
        count(writes);
        return claimed.putIfAbsent(assertion, expiry) == null;
    }
}
