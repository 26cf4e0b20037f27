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
 * What was found for the names of requests that were denied a moment ago: nothing, or an identity that did not admit them.
 * Both are kept alike, so that neither time nor a flood of other names tells one from the other; and apart from the identities
 * that are cached, so that no flood of names pushes those out.
 */
final class RecentDenials {
    /** How long at most: a new identity whose name was tried just before can log in that much later. */
    static final Duration MAX_TIME = Duration.ofSeconds(2);

    private static final int MAX_DENIALS = 10_000;

    private final Duration time;
    private final BoundedCache<String, Denial> denials = new BoundedCache<>(MAX_DENIALS);

    private record Denial(Finding finding, Instant until, long changes) {}

    /**
     * @param refused why nothing can be told of the identities
     */
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

    /** @param cacheTime how long identities are cached; zero for not at all, and then no denial is remembered */
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
     * @param goodUntil when the cache's time of a part of it ends
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
