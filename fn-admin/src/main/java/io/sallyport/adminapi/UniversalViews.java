package io.sallyport.adminapi;

import io.sallyport.Refused;
import io.sallyport.admin.Registry;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.login.SecretUses;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.clientsecret.ClientSecretProvider;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Client secrets as Infisical's Universal Auth shows them, never with a secret or a hash of one. */
final class UniversalViews {
    private static final ClientSecretProvider KIND = new ClientSecretProvider();

    private final Views views;
    private final Registry registry;
    private final SecretUses uses;
    private final InstantSource clock;

    UniversalViews(Views views, Registry registry, SecretUses uses, InstantSource clock) {
        this.views = views;
        this.registry = registry;
        this.uses = uses;
        this.clock = clock;
    }

    /** The settings. */
    Map<String, Object> method(IdentityRecord record) {
        ClientSecretAuth auth = KIND.of(record.identity()).orElseThrow();
        Map<String, Object> view = views.method(record, KIND);
        view.remove("secrets");
        // Clients that were set up without one log in by the identity's id.
        view.put(
                "clientId",
                auth.clientId().map(Object::toString).orElse(record.id().value()));
        view.put(
                "clientSecretTrustedIps",
                auth.secretIps().blocks().stream()
                        .map(block -> Map.of("ipAddress", block))
                        .toList());
        view.put("accessTokenPeriod", auth.period().toSeconds());
        Lockout.addTo(view);
        return view;
    }

    /** A secret that was made just now. */
    Map<String, Object> newSecret(IdentityRecord record, ClientSecret secret) {
        return secret(record, secret, 0, false);
    }

    /** A stored secret, with its uses where they are limited, and its last use to the hour. */
    Map<String, Object> secret(IdentityRecord record, ClientSecret secret) throws Refused {
        return secret(record, secret, false);
    }

    /** A secret that was revoked just now. */
    Map<String, Object> revoked(IdentityRecord record, ClientSecret secret) throws Refused {
        return secret(record, secret, true);
    }

    private Map<String, Object> secret(IdentityRecord record, ClientSecret secret, boolean revoked) throws Refused {
        long taken = secret.numUsesLimit() == 0
                ? 0
                : uses.taken(secret.credential(), secret.numUsesLimit(), clock.instant());
        Map<String, Object> view = secret(record, secret, taken, revoked);
        Optional<Instant> lastUse = registry.lastUse(secret.credential());
        if (lastUse.isPresent()) {
            view.put("clientSecretLastUsedAt", lastUse.get().toString());
        }
        return view;
    }

    private static Map<String, Object> secret(IdentityRecord record, ClientSecret secret, long taken, boolean revoked) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", secret.id());
        view.put("identityUAId", Views.methodId(record, KIND));
        view.put("description", secret.description());
        // All secrets begin alike, so that scanners know them; no random character is shown.
        view.put("clientSecretPrefix", ClientSecret.PREFIX);
        view.put("clientSecretNumUses", taken);
        view.put("clientSecretNumUsesLimit", secret.numUsesLimit());
        view.put("clientSecretTTL", secret.ttl().toSeconds());
        view.put("isClientSecretRevoked", revoked);
        view.put("createdAt", secret.createdAt().toString());
        view.put("updatedAt", secret.createdAt().toString());
        return view;
    }

    /** Records the change in the audit line of a call. */
    void note(IdentityStore.Changed changed, AdminCall call) {
        views.note(changed, call);
    }
}
