package io.sallyport.adminapi;

import io.sallyport.identity.ClientMetadata;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Registration;
import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.identity.document.Provider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Identities and auth methods as Infisical's API shows them, never with a secret or a hash of one. */
final class Views {
    private static final String ORGANIZATION_ID = "sallyport";

    /** The only organization; Infisical's clients ask for one. */
    static final Map<String, String> ORGANIZATION =
            Map.of("id", ORGANIZATION_ID, "name", "Sallyport", "slug", "sallyport");

    private static final Set<String> MEMBER_FIELDS =
            Set.of("id", "name", "role", "hasDeleteProtection", "authMethods", "createdAt", "updatedAt");

    private final IdentityDocument documents;

    Views(IdentityDocument documents) {
        this.documents = documents;
    }

    Map<String, Object> identity(IdentityRecord record) {
        Identity identity = record.identity();
        Registration registration = record.registration();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", identity.id().value());
        view.put("name", identity.name());
        view.put("role", identity.role());
        view.put("projects", identity.projects());
        view.put("disabled", identity.disabled());
        view.put("hasDeleteProtection", registration.deleteProtected());
        view.put(
                "metadata",
                registration.metadata().stream()
                        .map(entry -> Map.of("key", entry.key(), "value", entry.value()))
                        .toList());
        view.put(
                "authMethods",
                documents.providers().all().stream()
                        .filter(kind -> kind.of(identity).isPresent())
                        .map(Provider::listedAs)
                        .toList());
        client(identity.client(), documents.write(identity), view);
        registration.managedBy().ifPresent(owner -> view.put("managedBy", owner));
        registration.times().ifPresent(times -> times(times, view));
        return view;
    }

    private static void client(ClientMetadata client, Map<String, Object> document, Map<String, Object> view) {
        client.alias().ifPresent(alias -> view.put("alias", alias.value()));
        for (String name : List.of("audiences", "grants")) {
            view.put(name, Optional.ofNullable(document.get(name)).orElse(List.of()));
        }
    }

    /** An identity with its last login, if that is known. */
    Map<String, Object> identity(IdentityRecord record, Optional<IdentityStore.LastLogin> last) {
        Map<String, Object> view = identity(record);
        last.ifPresent(login -> {
            view.put("lastLoginAuthMethod", login.method());
            view.put("lastLoginTime", login.at().toString());
        });
        return view;
    }

    /**
     * An identity, and in addition what Infisical shows here: the identity's membership of an organization, with the
     * identity inside.
     */
    Map<String, Object> membership(IdentityRecord record, Optional<IdentityStore.LastLogin> last) {
        Map<String, Object> view = identity(record, last);
        Map<String, Object> member = new LinkedHashMap<>(view);
        member.keySet().retainAll(MEMBER_FIELDS);
        view.put("identityId", record.id().value());
        view.put("orgId", ORGANIZATION_ID);
        view.put("identity", member);
        return view;
    }

    Map<String, Object> method(IdentityRecord record, Provider<?> kind) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", methodId(record, kind));
        view.put("identityId", record.id().value());
        kind.documentOf(record.identity()).ifPresent(stored -> view.putAll(MethodViews.of(kind, stored)));
        Optional.ofNullable(record.registration().methodTimes().get(kind.field()))
                .ifPresent(times -> times(times, view));
        return view;
    }

    /** Names an auth method of an identity. */
    static String methodId(IdentityRecord record, Provider<?> kind) {
        return record.id() + ":" + kind.id();
    }

    private static void times(Registration.Times times, Map<String, Object> view) {
        view.put("createdAt", times.createdAt().toString());
        view.put("updatedAt", times.updatedAt().toString());
    }

    /** A whole identity, for the audit line of a change; empty if there is none. */
    Map<String, Object> whole(Optional<IdentityRecord> record) {
        Map<String, Object> view = new LinkedHashMap<>();
        if (record.isPresent()) {
            view.putAll(identity(record.get()));
            for (Provider<?> kind : documents.providers().all()) {
                if (kind.of(record.get().identity()).isPresent()) {
                    view.put(kind.answer(), method(record.get(), kind));
                }
            }
        }
        return view;
    }

    /** Records the change in the audit line of a call. */
    void note(IdentityStore.Changed changed, AdminCall call) {
        call.audit().changed(whole(changed.before()), whole(changed.after()));
    }
}
