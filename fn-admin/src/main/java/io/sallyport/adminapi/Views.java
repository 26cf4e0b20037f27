package io.sallyport.adminapi;

import io.sallyport.identity.ClientMetadata;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Provider;
import io.sallyport.identity.Registration;
import io.sallyport.identity.SecretField;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Identities and auth methods as Infisical's API shows them; no secret and no hash of one is ever in it. */
final class Views {
    /** Lists that Infisical writes as one text with commas. */
    private static final Set<String> AS_TEXT = Set.of(
            "allowedServiceAccounts",
            "allowedServiceAccountIds",
            "allowedProjects",
            "allowedZones",
            "allowedServicePrincipalIds",
            "allowedResources",
            "allowedNamespaces",
            "allowedNames");

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
                        .map(Provider::id)
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

    /** The same with when it logged in last, as far as that is known. */
    Map<String, Object> identity(IdentityRecord record, Optional<IdentityStore.LastLogin> last) {
        Map<String, Object> view = identity(record);
        last.ifPresent(login -> {
            view.put("lastLoginAuthMethod", login.method());
            view.put("lastLoginTime", login.at().toString());
        });
        return view;
    }

    Map<String, Object> method(IdentityRecord record, Provider<?> kind) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", record.id() + ":" + kind.id());
        view.put("identityId", record.id().value());
        if (documents.write(record).get(kind.field()) instanceof Map<?, ?> fields) {
            Optional<String> encrypted = kind.secret().map(SecretField::encrypted);
            fields.forEach((name, value) -> {
                if (encrypted.isPresent() && encrypted.get().equals(name)) {
                    view.put(has(kind.secret().orElseThrow()), true);
                } else {
                    field(String.valueOf(name), value, view);
                }
            });
        }
        kind.secret().ifPresent(secret -> view.putIfAbsent(has(secret), false));
        Optional.ofNullable(record.registration().methodTimes().get(kind.field()))
                .ifPresent(times -> times(times, view));
        return view;
    }

    private static void field(String name, Object value, Map<String, Object> view) {
        if (name.equals("secrets") && value instanceof Collection<?> secrets) {
            view.put(name, secrets.stream().map(Views::withoutHash).toList());
        } else if (name.equals("accessTokenTrustedIps") && value instanceof Collection<?> blocks) {
            view.put(
                    name,
                    blocks.stream().map(block -> Map.of("ipAddress", block)).toList());
        } else if (AS_TEXT.contains(name) && value instanceof Collection<?> values) {
            view.put(name, values.stream().map(String::valueOf).collect(Collectors.joining(",")));
        } else {
            view.put(name, value);
        }
    }

    /** Says whether a secret is set, such as {@code hasTokenReviewerJwt}. */
    private static String has(SecretField<?> secret) {
        return "has" + Character.toUpperCase(secret.plain().charAt(0))
                + secret.plain().substring(1);
    }

    private static Map<String, Object> withoutHash(Object secret) {
        Map<String, Object> view = new LinkedHashMap<>();
        if (secret instanceof Map<?, ?> fields) {
            fields.forEach((name, value) -> view.put(String.valueOf(name), value));
            view.remove("sha256");
            // As every other time of this API, and as when the secret was made.
            view.computeIfPresent(
                    "createdAt",
                    (name, seconds) -> seconds instanceof Long at
                            ? Instant.ofEpochSecond(at).toString()
                            : seconds);
        }
        return view;
    }

    private static void times(Registration.Times times, Map<String, Object> view) {
        view.put("createdAt", times.createdAt().toString());
        view.put("updatedAt", times.updatedAt().toString());
    }

    /** All of an identity, for the audit line of a change to it; empty if there is none. */
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

    /** Has the audit line of a call say what it changed. */
    void note(IdentityStore.Changed changed, AdminCall call) {
        call.audit().changed(whole(changed.before()), whole(changed.after()));
    }
}
