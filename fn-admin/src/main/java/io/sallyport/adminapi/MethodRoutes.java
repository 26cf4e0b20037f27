package io.sallyport.adminapi;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.admin.MethodKind;
import io.sallyport.admin.Registry;
import io.sallyport.http.Response;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The auth methods of identities: {@code /api/v1/auth/gcp-auth/identities/{id}} and the like. */
final class MethodRoutes {
    private final Registry registry;

    MethodRoutes(Registry registry) {
        this.registry = registry;
    }

    void addTo(AdminRoutes routes) {
        for (MethodKind kind : MethodKind.values()) {
            String path = "/api/v1/auth/" + kind.id() + "/identities/{id}";
            if (kind != MethodKind.CLIENT_SECRET) {
                // Secrets are made one by one, and by us.
                routes.add(Role.ADMIN, kind.id() + "-attach", "POST", path, call -> attach(call, kind));
            }
            routes.add(Role.VIEWER, kind.id() + "-read", "GET", path, call -> read(call, kind))
                    .add(Role.ADMIN, kind.id() + "-update", "PATCH", path, call -> update(call, kind))
                    .add(Role.ADMIN, kind.id() + "-detach", "DELETE", path, call -> detach(call, kind));
        }
    }

    private Response attach(AdminCall call, MethodKind kind) throws Refused {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(call.body());
        fields.values().removeIf(Objects::isNull);
        return changed(registry.attach(call.identity(), kind, fields), kind, call);
    }

    private Response read(AdminCall call, MethodKind kind) throws Refused {
        IdentityRecord record = registry.find(call.identity());
        if (kind.of(record.identity()).isEmpty()) {
            throw Refused.telling(
                    Reason.NO_SUCH_METHOD, List.of(new InvalidField(kind.field(), "the identity has no " + kind.id())));
        }
        return Response.json(200, Map.of(kind.answer(), Views.method(record, kind)));
    }

    private Response update(AdminCall call, MethodKind kind) throws Refused {
        Map<String, @Nullable Object> fields = call.body();
        if (kind == MethodKind.CLIENT_SECRET && fields.containsKey("secrets")) {
            throw Refused.fields(List.of(new InvalidField("secrets", "are added and removed one by one")));
        }
        return changed(registry.editMethod(call.identity(), kind, fields), kind, call);
    }

    private Response detach(AdminCall call, MethodKind kind) throws Refused {
        IdentityStore.Changed changed = registry.detach(call.identity(), kind);
        IdentityRoutes.note(changed, call);
        return Response.json(
                200, Map.of(kind.answer(), Views.method(changed.before().orElseThrow(), kind)));
    }

    private static Response changed(IdentityStore.Changed changed, MethodKind kind, AdminCall call) {
        IdentityRoutes.note(changed, call);
        return Response.json(
                200, Map.of(kind.answer(), Views.method(changed.after().orElseThrow(), kind)));
    }
}
