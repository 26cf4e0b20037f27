package io.sallyport.adminapi;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.admin.Registry;
import io.sallyport.http.Response;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.ProviderList;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.SchemaField;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The auth methods of identities: {@code /api/v1/auth/METHOD/identities/{id}}. */
final class MethodRoutes {
    private final Registry registry;
    private final ProviderList providers;
    private final Views views;

    MethodRoutes(Registry registry, ProviderList providers, Views views) {
        this.registry = registry;
        this.providers = providers;
        this.views = views;
    }

    void addTo(AdminRoutes routes) {
        for (Provider<?> kind : providers.all()) {
            String path = "/api/v1/auth/" + kind.id() + "/identities/{id}";
            if (!kind.makesCredentials()) {
                routes.add(Role.ADMIN, kind.id() + "-attach", "POST", path, call -> attach(call, kind));
            }
            routes.add(Role.VIEWER, kind.id() + "-read", "GET", path, call -> read(call, kind))
                    .add(Role.ADMIN, kind.id() + "-update", "PATCH", path, call -> update(call, kind))
                    .add(Role.ADMIN, kind.id() + "-detach", "DELETE", path, call -> detach(call, kind));
        }
    }

    /** The fields that a body sets, with null for each that it leaves unset by an empty value. */
    private static Map<String, @Nullable Object> fields(AdminCall call, Provider<?> kind) throws Refused {
        MethodSchema schema = MethodSchema.of(kind);
        Map<String, @Nullable Object> fields = call.body();
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            Optional<SchemaField> known = schema.field(field.getKey());
            if (known.isPresent() && known.get().isUnset(field.getValue())) {
                field.setValue(null);
            }
        }
        return fields;
    }

    private Response attach(AdminCall call, Provider<?> kind) throws Refused {
        Map<String, @Nullable Object> fields = fields(call, kind);
        fields.values().removeIf(Objects::isNull);
        return changed(registry.attach(call.identity(), kind, fields), kind, call);
    }

    private Response read(AdminCall call, Provider<?> kind) throws Refused {
        IdentityRecord record = registry.find(call.identity());
        if (kind.of(record.identity()).isEmpty()) {
            throw Refused.telling(
                    Reason.NO_SUCH_METHOD, List.of(new InvalidField(kind.field(), "the identity has no " + kind.id())));
        }
        return Response.json(200, Map.of(kind.answer(), views.method(record, kind)));
    }

    private Response update(AdminCall call, Provider<?> kind) throws Refused {
        Map<String, @Nullable Object> fields = fields(call, kind);
        if (kind.makesCredentials()) {
            for (String name : kind.credentialFields()) {
                if (fields.containsKey(name)) {
                    throw Refused.fields(List.of(new InvalidField(name, "are added and removed one by one")));
                }
            }
        }
        return changed(registry.editMethod(call.identity(), kind, fields), kind, call);
    }

    private Response detach(AdminCall call, Provider<?> kind) throws Refused {
        IdentityStore.Changed changed = registry.detach(call.identityToDelete(), kind);
        views.note(changed, call);
        return Response.json(
                200, Map.of(kind.answer(), views.method(changed.before().orElseThrow(), kind)));
    }

    private Response changed(IdentityStore.Changed changed, Provider<?> kind, AdminCall call) {
        views.note(changed, call);
        return Response.json(
                200, Map.of(kind.answer(), views.method(changed.after().orElseThrow(), kind)));
    }
}
