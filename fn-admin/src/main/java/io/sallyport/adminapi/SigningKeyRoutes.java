package io.sallyport.adminapi;

import io.sallyport.Refused;
import io.sallyport.http.Response;
import io.sallyport.runtime.ManagedKeySettings;
import io.sallyport.runtime.Settings;
import io.sallyport.token.KeyState;
import io.sallyport.token.managed.ManagedKey;
import io.sallyport.token.managed.ManagedKeyRing;
import io.sallyport.token.managed.ManagedKeyRotation;
import io.sallyport.token.managed.ManagedKeys;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The issuer's signing keys, to look at: {@code /api/v1/signing-keys}. They are changed by the key function alone. */
final class SigningKeyRoutes {
    private final Settings settings;
    private final Optional<ManagedKeys> managed;
    private final InstantSource clock;

    SigningKeyRoutes(Settings settings, Optional<ManagedKeys> managed, InstantSource clock) {
        this.settings = settings;
        this.managed = managed;
        this.clock = clock;
    }

    void addTo(AdminRoutes routes) {
        routes.add(Role.VIEWER, "signing-key-list", "GET", "/api/v1/signing-keys", call -> list());
    }

    private Response list() throws Refused {
        return Response.json(200, managed.isPresent() ? ofManaged(managed.get(), clock.instant()) : ofFixed());
    }

    /** Without times: they are known to the file that the keys come from. */
    private Map<String, Object> ofFixed() {
        List<Map<String, Object>> keys = new ArrayList<>();
        if (settings.keys().published().get("keys") instanceof List<?> members) {
            for (Object member : members) {
                if (member instanceof Map<?, ?> key) {
                    keys.add(Map.of(
                            "keyId", String.valueOf(key.get("kid")), "algorithm", String.valueOf(key.get("alg"))));
                }
            }
        }
        return Map.of("managed", false, "keys", keys);
    }

    private Map<String, Object> ofManaged(ManagedKeys managedKeys, Instant now) throws Refused {
        ManagedKeyRing ring = managedKeys.stored(now);
        List<Map<String, Object>> keys = new ArrayList<>();
        for (ManagedKey key : ring.keys()) {
            Optional<KeyState> state = ring.state(key, now);
            if (state.isPresent()) {
                Map<String, Object> view = new LinkedHashMap<>();
                view.put("keyId", key.keyId());
                view.put("algorithm", key.algorithm().name());
                view.put("state", state.get().text());
                view.put("createdAt", key.created().toString());
                view.put("signsFrom", key.signFrom().toString());
                view.put("signsUntil", key.signUntil().toString());
                view.put("retiresAt", key.retireAt().toString());
                keys.add(view);
            }
        }
        List<Map<String, Object>> refused = new ArrayList<>();
        for (ManagedKeyRing.RefusedRecord record : ring.refused()) {
            refused.add(Map.of("keyId", record.keyId(), "reason", record.why()));
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("managed", true);
        answer.put("keys", keys);
        answer.put("refused", refused);
        Optional<Instant> next = settings.managedKeys()
                .map(ManagedKeySettings::schedule)
                .flatMap(schedule -> ManagedKeyRotation.nextRotation(ring, schedule));
        if (next.isPresent()) {
            answer.put("nextRotation", next.get().toString());
        }
        return answer;
    }
}
