package io.sallyport.admin;

import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.Registration;
import io.sallyport.identity.VoidMarks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a stored identity that a file has as well. The file has the last word on everything but revocation: it does
 * not enable, does not move a mark back, and does not bring back what was removed. Where the file still has something that was
 * removed, it is older than the store, and so what it does not have is not removed either.
 */
final class SeedMerge {
    private final Optional<IdentityRecord> stored;
    private final Instant now;
    private final List<String> warnings = new ArrayList<>();
    private boolean hasRemoved;

    SeedMerge(Optional<IdentityRecord> stored, Instant now) {
        this.stored = stored;
        this.now = now;
    }

    /** What the file wants and does not get. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** The seed's document without the auth methods that were removed in the store. */
    Map<String, @Nullable Object> withoutRemoved(Seeding.Seed seed) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>(seed.document());
        if (stored.isEmpty()) {
            return document;
        }
        Identity identity = stored.get().identity();
        for (MethodKind kind : MethodKind.values()) {
            if (document.get(kind.field()) != null && wasRemoved(kind, identity)) {
                document.remove(kind.field());
                hasRemoved = true;
                warnings.add(kind.field() + " was removed, so the file does not bring it back; to add it on purpose: "
                        + command(kind) + " " + identity.id());
            }
        }
        return document;
    }

    private static boolean wasRemoved(MethodKind kind, Identity identity) {
        return kind.of(identity).isEmpty()
                && identity.voided().methods().keySet().stream().anyMatch(kind.sessionMethods()::contains);
    }

    private static String command(MethodKind kind) {
        return kind == MethodKind.CLIENT_SECRET
                ? "sallyport client secret add"
                : "sallyport auth set " + kind.id().replaceFirst("-auth$", "");
    }

    /**
     * What to store.
     *
     * @param seed of {@link #withoutRemoved}
     * @param named the fields that the file has; others that are not the identity's own stay
     */
    IdentityRecord merged(IdentityRecord seed, Map<String, @Nullable Object> named) {
        if (stored.isEmpty()) {
            // The id may have been another's before, or may have been deleted: its tokens stay revoked. Up to the
            // millisecond before, since a login that follows at once is good.
            Identity identity = seed.identity().revokedUpTo(now.minusMillis(1));
            Registration fresh = new Registration(
                    seed.registration().metadata(),
                    seed.registration().deleteProtected(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of());
            for (MethodKind kind : MethodKind.values()) {
                if (kind.of(seed.identity()).isPresent()) {
                    fresh = fresh.updated(now, kind.field());
                }
            }
            return new IdentityRecord(identity, fresh.updated(now));
        }
        return merged(stored.get(), seed, named);
    }

    private IdentityRecord merged(IdentityRecord before, IdentityRecord seed, Map<String, @Nullable Object> named) {
        Registration registration = new Registration(
                named.containsKey("metadata")
                        ? seed.registration().metadata()
                        : before.registration().metadata(),
                named.containsKey("hasDeleteProtection")
                        ? seed.registration().deleteProtected()
                        : before.registration().deleteProtected(),
                before.registration().managedBy(),
                before.registration().times(),
                before.registration().methodTimes());
        VoidMarks marks = before.identity().voided().and(seed.identity().voided());
        List<AuthMethod<?>> methods = new ArrayList<>();
        Map<String, Boolean> changed = new LinkedHashMap<>();
        for (MethodKind kind : MethodKind.values()) {
            Optional<? extends AuthMethod<?>> old = kind.of(before.identity());
            Optional<? extends AuthMethod<?>> wanted = kind.of(seed.identity());
            if (wanted.isEmpty() && old.isPresent() && hasRemoved) {
                wanted = old;
            }
            wanted.ifPresent(methods::add);
            if (!old.equals(wanted)) {
                changed.put(kind.field(), wanted.isPresent());
            }
            if (old.isPresent() && wanted.isEmpty()) {
                for (String session : kind.sessionMethods()) {
                    marks = marks.upTo(now, session);
                }
            }
        }
        if (before.identity().disabled() && !seed.identity().disabled()) {
            warnings.add("it is disabled and stays so; to enable it: sallyport identity enable " + before.id());
        }
        Identity wanted = seed.identity();
        Identity identity = new Identity(
                before.id(),
                wanted.name(),
                wanted.role(),
                wanted.projects(),
                before.identity().disabled() || wanted.disabled(),
                marks,
                wanted.client(),
                methods);
        if (identity.equals(before.identity()) && registration.equals(before.registration())) {
            return before;
        }
        for (Map.Entry<String, Boolean> field : changed.entrySet()) {
            registration = field.getValue()
                    ? registration.updated(now, field.getKey())
                    : registration.removed(now, field.getKey());
        }
        return new IdentityRecord(identity, registration.updated(now));
    }
}
