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

    /** With every session up to now revoked too. A mark never moves back. */
    public VoidMarks upTo(Instant now) {
        return and(new VoidMarks(now, Map.of()));
    }

    /** With every session of a method up to now revoked too. */
    public VoidMarks upTo(Instant now, String sessionMethod) {
        return and(new VoidMarks(Instant.EPOCH, Map.of(sessionMethod, now)));
    }

    /** What either of them revokes. */
    public VoidMarks and(VoidMarks other) {
        Map<String, Instant> both = new HashMap<>(methods);
        other.methods.forEach((method, mark) -> both.merge(method, mark, VoidMarks::later));
        return new VoidMarks(later(all, other.all), both);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
