package io.sallyport.identity;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * Revocation marks: sessions that began up to one are revoked. In whole milliseconds, as sessions begin.
 *
 * @param all for every session; {@link Instant#EPOCH} for none
 * @param methods for the sessions of an auth method that was removed, by how they say that they were proven
 */
public record VoidMarks(Instant all, Map<String, Instant> methods) {
    public static final VoidMarks NONE = new VoidMarks(Instant.EPOCH, Map.of());

    public VoidMarks {
        all = all.truncatedTo(ChronoUnit.MILLIS);
        Map<String, Instant> marks = new HashMap<>();
        for (Map.Entry<String, Instant> method : methods.entrySet()) {
            marks.put(method.getKey(), method.getValue().truncatedTo(ChronoUnit.MILLIS));
        }
        methods = Map.copyOf(marks);
    }

    /** Whether a session that began then is revoked. */
    boolean cover(String sessionMethod, Instant sessionStart) {
        return covers(all, sessionStart) || covers(methods.getOrDefault(sessionMethod, Instant.EPOCH), sessionStart);
    }

    private static boolean covers(Instant mark, Instant sessionStart) {
        // What began in the millisecond of the mark may have begun before it.
        return !mark.equals(Instant.EPOCH) && !sessionStart.isAfter(mark);
    }

    /** The later mark of both, for all sessions and for those of each method. */
    public VoidMarks latest(VoidMarks other) {
        Map<String, Instant> more = new HashMap<>(methods);
        for (Map.Entry<String, Instant> mark : other.methods.entrySet()) {
            more.merge(mark.getKey(), mark.getValue(), (one, two) -> one.isAfter(two) ? one : two);
        }
        return new VoidMarks(all.isAfter(other.all) ? all : other.all, more);
    }

    /** The same with every session up to now void. */
    public VoidMarks upTo(Instant now) {
        return new VoidMarks(now, methods);
    }

    /** The same with every session of a method up to now void. */
    public VoidMarks upTo(Instant now, String sessionMethod) {
        Map<String, Instant> more = new HashMap<>(methods);
        more.put(sessionMethod, now);
        return new VoidMarks(all, more);
    }
}
