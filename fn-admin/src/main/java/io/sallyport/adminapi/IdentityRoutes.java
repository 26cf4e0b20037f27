package io.sallyport.adminapi;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Refused;
import io.sallyport.admin.Registry;
import io.sallyport.http.Response;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.ProviderList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Identities: {@code /api/v1/identities}. */
final class IdentityRoutes {
    private static final String ALL = "/api/v1/identities";
    private static final String ONE = ALL + "/{id}";

    /** The last segment of a path that is not about an identity of that id. */
    private static final String DETAILS = "details";

    private static final int MAX_COUNT = 100;
    private static final int USUAL = 20;

    private final Registry registry;
    private final ProviderList providers;
    private final Views views;
    private final Supplier<IdentityId> newIds;

    IdentityRoutes(Registry registry, ProviderList providers, Views views, Supplier<IdentityId> newIds) {
        this.registry = registry;
        this.providers = providers;
        this.views = views;
        this.newIds = newIds;
    }

    void addTo(AdminRoutes routes) {
        routes.add(Role.ADMIN, "identity-create", "POST", ALL, this::create)
                .add(Role.VIEWER, "identity-list", "GET", ALL, this::list)
                .add(Role.VIEWER, "identity-details", "GET", ALL + "/" + DETAILS, call -> details())
                .add(Role.VIEWER, "identity-read", "GET", ONE, this::read)
                .add(Role.ADMIN, "identity-update", "PATCH", ONE, this::update)
                .add(Role.ADMIN, "identity-delete", "DELETE", ONE, this::delete)
                .add(Role.ADMIN, "identity-disable", "POST", ONE + "/disable", call -> disable(call, true))
                .add(Role.ADMIN, "identity-enable", "POST", ONE + "/enable", call -> disable(call, false))
                .add(Role.ADMIN, "identity-revoke-tokens", "POST", ONE + "/revoke-tokens", this::revokeTokens);
        for (Provider<?> kind : providers.all()) {
            if (kind.makesCredentials()) {
                String secrets = ONE + "/" + kind.name() + "s";
                routes.add(Role.ADMIN, kind.name() + "-add", "POST", secrets, call -> addSecret(call, kind))
                        .add(
                                Role.ADMIN,
                                kind.name() + "-remove",
                                "DELETE",
                                secrets + "/{secretId}",
                                call -> removeSecret(call, kind));
            }
        }
    }

    private Response create(AdminCall call) throws Refused {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(call.body());
        // Infisical's clients send it; here all identities belong to one organization.
        fields.remove("organizationId");
        Object chosen = fields.remove("id");
        if (fields.get("name") == null) {
            throw Refused.fields(List.of(new InvalidField("name", "is required")));
        }
        if (chosen != null && !(chosen instanceof String text && IdentityId.isValid(text))) {
            throw Refused.fields(List.of(new InvalidField("id", "must be " + IdentityId.FORM)));
        }
        if (DETAILS.equals(chosen)) {
            throw Refused.fields(List.of(new InvalidField("id", "is reserved")));
        }
        IdentityId id = call.claim(chosen instanceof String text ? new IdentityId(text) : newIds.get());
        return changed(registry.create(id, chosen != null, fields), call);
    }

    private Response list(AdminCall call) throws Refused {
        int limit = number(call, "limit", 1, MAX_COUNT).orElse(USUAL);
        IdentityStore.Page page = registry.list(new IdentityStore.Listing(
                call.query("search").orElse(""),
                PageCursor.parse(call.query("cursor")),
                number(call, "offset", 0, 1000).orElse(0),
                limit));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("identities", page.records().stream().map(views::identity).toList());
        page.next().ifPresent(next -> answer.put("nextCursor", PageCursor.write(next)));
        return Response.json(200, answer);
    }

    private static Optional<Integer> number(AdminCall call, String name, int least, int most) throws Refused {
        Optional<String> text = call.query(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int number = text.get().matches("[0-9]{1,4}") ? Integer.parseInt(text.get()) : -1;
        if (number < least || number > most) {
            throw Refused.fields(List.of(new InvalidField(
                    name, "must be from " + least + " to " + most + "; use cursor to get the next page")));
        }
        return Optional.of(number);
    }

    private Response read(AdminCall call) throws Refused {
        IdentityRecord record = registry.find(call.identity());
        return Response.json(200, Map.of("identity", views.membership(record, registry.lastLogin(record.id()))));
    }

    /** What Infisical tells a caller about itself: here all identities belong to one organization. */
    private static Response details() {
        return Response.json(200, Map.of("identityDetails", Map.of("organization", Views.ORGANIZATION)));
    }

    private Response update(AdminCall call) throws Refused {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(call.body());
        fields.remove("organizationId");
        return changed(registry.update(call.identity(), fields), call);
    }

    private Response delete(AdminCall call) throws Refused {
        return changed(registry.delete(call.identityToDelete()), call);
    }

    private Response disable(AdminCall call, boolean disabled) throws Refused {
        return changed(registry.disable(call.identity(), disabled), call);
    }

    private Response revokeTokens(AdminCall call) throws Refused {
        return changed(registry.revokeTokens(call.identity()), call);
    }

    private Response addSecret(AdminCall call, Provider<?> kind) throws Refused {
        IdentityId id = call.identity();
        Map<String, @Nullable Object> body = call.body();
        if (!(body.get("id") instanceof String secretId)) {
            throw Refused.fields(List.of(new InvalidField("id", "is required: a name for the secret")));
        }
        Map<String, @Nullable Object> limits = new LinkedHashMap<>(body);
        limits.keySet().retainAll(List.of("description", "numUsesLimit", "ttl"));
        Registry.NewSecret added = registry.addSecret(id, kind, secretId, limits);
        views.note(added.changed(), call);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("clientSecret", added.made().secret().text());
        answer.put("id", added.made().id());
        answer.put("createdAt", added.made().createdAt().toString());
        return Response.json(200, answer);
    }

    private Response removeSecret(AdminCall call, Provider<?> kind) throws Refused {
        return changed(registry.removeSecret(call.identityToDelete(), kind, call.parameter("secretId")), call);
    }

    /** The identity after the change, or before its removal. */
    private Response changed(IdentityStore.Changed changed, AdminCall call) {
        views.note(changed, call);
        return Response.json(
                200,
                Map.of(
                        "identity",
                        views.identity(changed.after().or(changed::before).orElseThrow())));
    }
}
