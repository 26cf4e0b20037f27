package io.sallyport.identity.cache;

import io.sallyport.BoundedCache;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The findings for the names of recently denied requests: nothing, or an identity that did not admit them. Both are
 * cached alike, so that neither timing nor a flood of other names tells them apart; and separately from the cached
 * identities, so that no flood of names evicts those.
 */
final class RecentDenials {
    /** The longest time to remember a denial: a new identity can log in that late if its name was tried before. */
    static final Duration MAX_TIME = Duration.ofSeconds(2);

    private static final int MAX_DENIALS = 10_000;

    private final Duration time;
    private final BoundedCache<String, Denial> denials = new BoundedCache<>(MAX_DENIALS);

    private record Denial(Finding finding, Instant until, long changes) {}

    /** @param refused why nothing can be said about the identities */
    record Finding(List<Identity> found, Optional<Refused> refused) {
        List<Identity> identities() throws Refused {
            if (refused.isPresent()) {
                throw refused.get();
            }
            return found;
        }

        boolean isSame(Finding other) {
            return found.equals(other.found) && refused.map(Refused::reason).equals(other.refused.map(Refused::reason));
        }
    }

    /** @param cacheTime how long identities are cached; zero disables the cache, and then no denial is remembered */
    RecentDenials(Duration cacheTime) {
        this.time = cacheTime.compareTo(MAX_TIME) < 0 ? cacheTime : MAX_TIME;
    }

    /** @param changes {@link IdentityStore#changes} */
    Optional<Finding> get(String key, Instant now, long changes) {
        Optional<Denial> denial = denials.get(key);
        return denial.isPresent()
                        && now.isBefore(denial.get().until())
                        && denial.get().changes() == changes
                ? Optional.of(denial.get().finding())
                : Optional.empty();
    }

    /**
     * @param read when it was read
     * @param goodUntil when the first cached part expires
     * @param changes {@link IdentityStore#changes} before it was read
     */
    void put(String key, Finding finding, Instant read, Instant goodUntil, long changes) {
        if (time.isZero()) {
            return;
        }
        Instant end = read.plus(time);
        denials.put(key, new Denial(finding, goodUntil.isBefore(end) ? goodUntil : end, changes));
    }
}
