package io.sallyport.identity;

import io.sallyport.token.TokenPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Revocation marks: a session that began up to one is revoked. In whole milliseconds, as session starts are.
 *
 * @param all for every session; {@link Instant#EPOCH} for none
 * @param methods for the sessions of an auth method that was removed, or whose trust was replaced, by the method that
 *     they record
 * @param credentials for the sessions of credentials that were removed: at most {@link #MAX_CREDENTIALS}
 */
public record SessionCutoffs(Instant all, Map<String, Instant> methods, Map<Credential, Instant> credentials) {
    public static final SessionCutoffs NONE = new SessionCutoffs(Instant.EPOCH, Map.of());

    /** Beyond this, the oldest are dropped: logins read whole documents. */
    static final int MAX_CREDENTIALS = 500;

    /** No token lives longer; the extra day is for clocks and caches. */
    private static final Duration MAX_MARK_AGE = TokenPolicy.MAX_TOKEN_TTL.plusDays(1);

    public SessionCutoffs {
        all = all.truncatedTo(ChronoUnit.MILLIS);
        Map<String, Instant> byMethod = toMillis(methods);
        Map<Credential, Instant> byCredential = toMillis(credentials);
        forgetOldest(byCredential, byMethod);
        methods = Map.copyOf(byMethod);
        credentials = Map.copyOf(byCredential);
    }

    /** Marks without any for a credential. */
    public SessionCutoffs(Instant all, Map<String, Instant> methods) {
        this(all, methods, Map.of());
    }

    private static <K> Map<K, Instant> toMillis(Map<K, Instant> marks) {
        Map<K, Instant> whole = new HashMap<>();
        for (Map.Entry<K, Instant> mark : marks.entrySet()) {
            whole.put(mark.getKey(), mark.getValue().truncatedTo(ChronoUnit.MILLIS));
        }
        return whole;
    }

    /**
     * Drops the oldest marks. A credential that was removed longer ago than the longest token life has no session left,
     * since none was renewed since. When a younger mark is dropped, a mark on its whole method replaces it.
     */
    private static void forgetOldest(Map<Credential, Instant> credentials, Map<String, Instant> methods) {
        if (credentials.size() <= MAX_CREDENTIALS) {
            return;
        }
        List<Map.Entry<Credential, Instant>> oldestFirst = new ArrayList<>(credentials.entrySet());
        oldestFirst.sort(Map.Entry.comparingByValue());
        Instant latest = oldestFirst.get(oldestFirst.size() - 1).getValue();
        for (Map.Entry<Credential, Instant> mark : oldestFirst.subList(0, oldestFirst.size() - MAX_CREDENTIALS)) {
            if (mark.getValue().isAfter(latest.minus(MAX_MARK_AGE))) {
                methods.merge(mark.getKey().sessionMethod(), mark.getValue(), SessionCutoffs::later);
            }
            credentials.remove(mark.getKey());
        }
    }

    /** Whether a session that began then is revoked, whatever its credential. */
    boolean cover(String sessionMethod, Instant sessionStart) {
        return covering(sessionMethod, Optional.empty(), sessionStart).isPresent();
    }

    /** The mark that revokes a session that began then, with that credential if it is known; empty if there is none. */
    Optional<Instant> covering(String sessionMethod, Optional<Credential> credential, Instant sessionStart) {
        Instant mark = later(all, methods.getOrDefault(sessionMethod, Instant.EPOCH));
        if (credential.isPresent()) {
            mark = later(mark, credentials.getOrDefault(credential.get(), Instant.EPOCH));
        }
        // A session that began in the millisecond of the mark may have begun before it.
        return mark.equals(Instant.EPOCH) || sessionStart.isAfter(mark) ? Optional.empty() : Optional.of(mark);
    }

    /** A copy that also revokes every session up to now. A mark never moves back. */
    public SessionCutoffs upTo(Instant now) {
        return and(new SessionCutoffs(now, Map.of()));
    }

    /** A copy that also revokes every session of a method up to now, under any earlier configuration. */
    public SessionCutoffs upTo(Instant now, AuthMethod<?> method) {
        Map<String, Instant> marks = new HashMap<>();
        for (String sessionMethod : method.sessionMethods()) {
            marks.put(sessionMethod, now);
        }
        return and(new SessionCutoffs(Instant.EPOCH, marks));
    }

    /** A copy that also revokes every session of a credential up to now. */
    public SessionCutoffs upTo(Instant now, Credential credential) {
        return and(new SessionCutoffs(Instant.EPOCH, Map.of(), Map.of(credential, now)));
    }

    /** Marks that revoke what either of the two revokes. */
    public SessionCutoffs and(SessionCutoffs other) {
        Map<String, Instant> byMethod = new HashMap<>(methods);
        other.methods.forEach((method, mark) -> byMethod.merge(method, mark, SessionCutoffs::later));
        Map<Credential, Instant> byCredential = new HashMap<>(credentials);
        other.credentials.forEach((credential, mark) -> byCredential.merge(credential, mark, SessionCutoffs::later));
        return new SessionCutoffs(later(all, other.all), byMethod, byCredential);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
