package io.sallyport.adminapi;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.admin.Registry;
import io.sallyport.http.Response;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.clientsecret.ClientSecretProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Client secrets as Infisical's Universal Auth manages them: {@code /api/v1/auth/universal-auth/identities/{id}}. They
 * are those of {@code client-secret-auth}.
 */
final class UniversalRoutes {
    private static final String ONE = "/api/v1/auth/" + ClientSecretProvider.UNIVERSAL + "/identities/{id}";
    private static final String SECRETS = ONE + "/client-secrets";
    private static final String SECRET = SECRETS + "/{secretId}";

    private static final String ANSWER = "identityUniversalAuth";
    private static final String DATA = "clientSecretData";

    private static final Provider<ClientSecretAuth> KIND = new ClientSecretProvider();

    private final Registry registry;
    private final UniversalViews views;
    private final Supplier<byte[]> random;

    /** @param random makes unpredictable bytes for the ids of secrets, which are UUIDs */
    UniversalRoutes(Registry registry, UniversalViews views, Supplier<byte[]> random) {
        this.registry = registry;
        this.views = views;
        this.random = random;
    }

    void addTo(AdminRoutes routes) {
        routes.add(Role.ADMIN, "universal-auth-attach", "POST", ONE, this::attach)
                .add(Role.VIEWER, "universal-auth-read", "GET", ONE, this::read)
                .add(Role.ADMIN, "universal-auth-update", "PATCH", ONE, this::update)
                .add(Role.ADMIN, "universal-auth-detach", "DELETE", ONE, this::detach)
                .add(Role.ADMIN, "universal-auth-secret-add", "POST", SECRETS, this::addSecret)
                .add(Role.VIEWER, "universal-auth-secret-list", "GET", SECRETS, this::listSecrets)
                .add(Role.VIEWER, "universal-auth-secret-read", "GET", SECRET, this::readSecret)
                .add(Role.ADMIN, "universal-auth-secret-revoke", "POST", SECRET + "/revoke", this::revokeSecret);
    }

    private Response attach(AdminCall call) throws Refused {
        Map<String, @Nullable Object> fields = settings(call);
        fields.values().removeIf(Objects::isNull);
        return changed(registry.attach(call.identity(), KIND, fields), call);
    }

    private Response read(AdminCall call) throws Refused {
        IdentityRecord record = registry.find(call.identity());
        method(record);
        return Response.json(200, Map.of(ANSWER, views.method(record)));
    }

    private Response update(AdminCall call) throws Refused {
        return changed(registry.editMethod(call.identity(), KIND, settings(call)), call);
    }

    private Response detach(AdminCall call) throws Refused {
        fields(call);
        IdentityStore.Changed changed = registry.detach(call.identity(), KIND);
        views.note(changed, call);
        return Response.json(200, Map.of(ANSWER, views.method(changed.before().orElseThrow())));
    }

    private Response addSecret(AdminCall call) throws Refused {
        IdentityId id = call.identity();
        Map<String, @Nullable Object> limits = fields(call);
        limits.values().removeIf(Objects::isNull);
        method(registry.find(id));
        Registry.NewSecret added = registry.addSecret(id, KIND, ClientSecretProvider.uuid(random.get()), limits);
        views.note(added.changed(), call);
        IdentityRecord record = added.changed().after().orElseThrow();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("clientSecret", added.made().secret().text());
        answer.put(DATA, views.newSecret(record, secret(record, added.made().id())));
        return Response.json(200, answer);
    }

    private Response listSecrets(AdminCall call) throws Refused {
        IdentityRecord record = registry.find(call.identity());
        List<Map<String, Object>> secrets = new ArrayList<>();
        for (ClientSecret secret : method(record).secrets()) {
            secrets.add(views.secret(record, secret));
        }
        return Response.json(200, Map.of(DATA, secrets));
    }

    private Response readSecret(AdminCall call) throws Refused {
        IdentityRecord record = registry.find(call.identity());
        return Response.json(200, Map.of(DATA, views.secret(record, secret(record, call.parameter("secretId")))));
    }

    private Response revokeSecret(AdminCall call) throws Refused {
        fields(call);
        String secretId = call.parameter("secretId");
        IdentityStore.Changed changed = registry.removeSecret(call.identity(), KIND, secretId);
        views.note(changed, call);
        IdentityRecord before = changed.before().orElseThrow();
        return Response.json(200, Map.of(DATA, views.revoked(before, secret(before, secretId))));
    }

    private Response changed(IdentityStore.Changed changed, AdminCall call) {
        views.note(changed, call);
        return Response.json(200, Map.of(ANSWER, views.method(changed.after().orElseThrow())));
    }

    /** @throws Refused {@link Reason#NO_SUCH_METHOD} */
    private static ClientSecretAuth method(IdentityRecord record) throws Refused {
        Optional<ClientSecretAuth> method = KIND.of(record.identity());
        return method.orElseThrow(() -> Refused.telling(
                Reason.NO_SUCH_METHOD, List.of(new InvalidField(KIND.field(), "the identity has no universal-auth"))));
    }

    /** @throws Refused {@link Reason#NO_SUCH_METHOD} */
    private static ClientSecret secret(IdentityRecord record, String id) throws Refused {
        for (ClientSecret secret : method(record).secrets()) {
            if (secret.id().equals(id)) {
                return secret;
            }
        }
        throw Refused.telling(
                Reason.NO_SUCH_METHOD, List.of(new InvalidField("id", "the identity has no such client secret")));
    }

    /** The method's settings in a body; without those of a lockout, which are only checked. */
    private static Map<String, @Nullable Object> settings(AdminCall call) throws Refused {
        Map<String, @Nullable Object> fields = fields(call);
        if (fields.containsKey("secrets")) {
            throw Refused.fields(List.of(new InvalidField("secrets", "are added and revoked one by one")));
        }
        Lockout.removeFrom(fields);
        return fields;
    }

    /**
     * The fields of a body, if there is one.
     *
     * @throws Refused as {@link AdminCall#body}
     */
    private static Map<String, @Nullable Object> fields(AdminCall call) throws Refused {
        return call.hasBody() ? call.body() : new LinkedHashMap<>();
    }
}
