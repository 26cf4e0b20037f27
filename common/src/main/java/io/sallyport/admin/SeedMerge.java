package io.sallyport.admin;

import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.Registration;
import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.identity.document.Provider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Merges a stored identity with its seed from a file. The file decides everything but revocation: it does not enable,
 * does not move a mark back, and does not restore what was removed. If the file still has something that was removed,
 * it is older than the store, so what it lacks is not removed either.
 */
final class SeedMerge {
    private final IdentityDocument documents;
    private final Optional<IdentityRecord> stored;
    private final Instant now;
    private final List<String> warnings = new ArrayList<>();
    private boolean hasRemovedMethod;

    SeedMerge(IdentityDocument documents, Optional<IdentityRecord> stored, Instant now) {
        this.documents = documents;
        this.stored = stored;
        this.now = now;
    }

    /** What the file asks for and does not get. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * The seed's document without the auth methods and credentials that were removed in the store.
     *
     * @param draft the seed as an identity, without regard to its secrets
     */
    Map<String, @Nullable Object> withoutRemoved(Map<String, @Nullable Object> seed, Identity draft) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>(seed);
        if (stored.isEmpty()) {
            return document;
        }
        Identity identity = stored.get().identity();
        for (Provider<?> kind : documents.providers().all()) {
            Optional<? extends AuthMethod<?>> wanted = kind.of(draft);
            if (wanted.isEmpty()) {
                continue;
            }
            if (identity.hasRemoved(wanted.get())) {
                document.remove(kind.field());
                hasRemovedMethod = true;
                warnings.add(kind.field() + " was removed, so the file does not bring it back; to add it on purpose: "
                        + kind.addingCommand() + " " + identity.id());
            } else if (wanted.get().credentials().keySet().stream().anyMatch(identity::hasRemoved)) {
                document.put(kind.field(), withStoredCredentials(kind, document.get(kind.field())));
                warnings.add(kind.field() + "." + kind.credentialFields().get(0)
                        + " has one that was removed, so it stays as it is stored; drop that one from the file, and to"
                        + " add another: " + kind.addingCommand() + " " + identity.id());
            }
        }
        return document;
    }

    private Map<String, @Nullable Object> withStoredCredentials(Provider<?> kind, @Nullable Object seed) {
        Map<String, @Nullable Object> method = Registry.fields(seed);
        Map<String, @Nullable Object> known =
                Registry.fields(documents.write(stored.orElseThrow()).get(kind.field()));
        for (String field : kind.credentialFields()) {
            method.put(field, known.get(field));
        }
        return method;
    }

    /**
     * The record to store.
     *
     * @param seed of {@link #withoutRemoved}
     * @param named the fields in the file; other fields that are not the identity's own stay
     */
    IdentityRecord merged(IdentityRecord seed, Map<String, @Nullable Object> named) {
        return stored.isPresent() ? merged(stored.get(), seed, named) : created(seed);
    }

    private IdentityRecord created(IdentityRecord seed) {
        Registration registration = new Registration(
                seed.registration().metadata(),
                seed.registration().deleteProtected(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
        for (Provider<?> kind : documents.providers().all()) {
            if (kind.of(seed.identity()).isPresent()) {
                registration = registration.updated(now, kind.field());
            }
        }
        // The id may have belonged to another identity, or may have been deleted: its tokens stay revoked. The mark is
        // one millisecond back, so that a login right after it is valid.
        return new IdentityRecord(seed.identity().revokedUpTo(now.minusMillis(1)), registration.updated(now));
    }

    private IdentityRecord merged(IdentityRecord before, IdentityRecord seed, Map<String, @Nullable Object> named) {
        Registration registration = registration(before.registration(), seed.registration(), named);
        Identity wanted = seed.identity();
        if (before.identity().disabled() && !wanted.disabled()) {
            warnings.add("it is disabled and stays so; to enable it: sallyport identity enable " + before.id());
        }
        Identity identity = new Identity(
                        before.id(),
                        wanted.name(),
                        wanted.role(),
                        wanted.projects(),
                        before.identity().disabled() || wanted.disabled(),
                        wanted.cutoffs(),
                        wanted.client(),
                        methods(before.identity(), wanted))
                .succeeding(before.identity(), now);
        if (identity.equals(before.identity()) && registration.equals(before.registration())) {
            return before;
        }
        for (Provider<?> kind : documents.providers().all()) {
            if (!kind.of(identity).equals(kind.of(before.identity()))) {
                registration = kind.of(identity).isPresent()
                        ? registration.updated(now, kind.field())
                        : registration.removed(now, kind.field());
            }
        }
        return new IdentityRecord(identity, registration.updated(now));
    }

    private List<AuthMethod<?>> methods(Identity before, Identity wanted) {
        List<AuthMethod<?>> methods = new ArrayList<>();
        for (Provider<?> kind : documents.providers().all()) {
            Optional<? extends AuthMethod<?>> method = kind.of(wanted);
            if (method.isEmpty() && hasRemovedMethod) {
                method = kind.of(before);
            }
            method.ifPresent(methods::add);
        }
        return methods;
    }

    /** Leaves the times unchanged. */
    private static Registration registration(
            Registration before, Registration seed, Map<String, @Nullable Object> named) {
        return new Registration(
                named.containsKey("metadata") ? seed.metadata() : before.metadata(),
                named.containsKey("hasDeleteProtection") ? seed.deleteProtected() : before.deleteProtected(),
                before.managedBy(),
                before.times(),
                before.methodTimes());
    }
}
