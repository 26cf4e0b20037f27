package io.sallyport.testing;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.token.managed.ManagedKeyStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Documents of managed keys in memory. */
public final class MemoryManagedKeyStore implements ManagedKeyStore {
    private final Map<String, Stored> documents = new ConcurrentHashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile Optional<Reason> failing = Optional.empty();
    private volatile Optional<Reason> failingAfterWrites = Optional.empty();

    @Override
    public Stored read(String issuer) throws Refused {
        reads.incrementAndGet();
        fail(failing);
        return documents.getOrDefault(issuer, Stored.NONE);
    }

    @Override
    public synchronized boolean write(String issuer, Stored read, String text) throws Refused {
        fail(failing);
        if (documents.getOrDefault(issuer, Stored.NONE).generation() != read.generation()) {
            return false;
        }
        documents.put(issuer, new Stored(read.generation() + 1, text));
        fail(failingAfterWrites);
        return true;
    }

    private static void fail(Optional<Reason> why) throws Refused {
        if (why.isPresent()) {
            throw new Refused(why.get(), "the store is told to fail");
        }
    }

    public void fail(Reason why) {
        failing = Optional.of(why);
    }

    /** Writes, and then fails as if the answer was lost. */
    public void loseAnswers() {
        failingAfterWrites = Optional.of(Reason.STORE_TIMEOUT);
    }

    public void recover() {
        failing = Optional.empty();
        failingAfterWrites = Optional.empty();
    }

    /** What an attacker does who can write the database. */
    public void edit(String issuer, UnaryOperator<String> change) {
        documents.computeIfPresent(
                issuer, (id, stored) -> new Stored(stored.generation() + 1, change.apply(stored.text())));
    }

    public void delete(String issuer) {
        documents.remove(issuer);
    }

    public int reads() {
        return reads.get();
    }
}
