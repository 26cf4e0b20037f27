package io.sallyport.cli.keys;

import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.ManagedKeyAccess;
import io.sallyport.runtime.ManagedKeySettings;
import io.sallyport.server.OpenKeys;
import io.sallyport.server.ServeFiles;
import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKey;
import io.sallyport.token.managed.ManagedKey;
import io.sallyport.token.managed.ManagedKeyRing;
import io.sallyport.token.managed.ManagedKeyRotation;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps of {@code sallyport keys} on managed keys. */
record ManagedKeyTool(Environment environment, ServeFiles data) {
    /** A step on the stored keys. */
    private interface Work<T> {
        T on(ManagedKeyAccess access, Instant now) throws Refused;
    }

    private <T> T run(Work<T> work) throws IOException {
        Map<String, String> variables = new HashMap<>(data.withManagedKey(environment.variables()));
        variables.putIfAbsent("SALLYPORT_ISSUER", "http://127.0.0.1:8080");
        ManagedKeySettings.KeyFunctionSettings settings = ManagedKeySettings.forRotating(variables, true);
        try (OpenKeys keys = OpenKeys.open(settings.issuer(), settings.keys(), environment, data)) {
            return work.on(keys.access().orElseThrow(), environment.clock().instant());
        } catch (Refused refused) {
            throw new CloudKmsException(refused);
        }
    }

    private static Rotation.Step said(boolean isTooEarly, String... lines) {
        return new Rotation.Step(Optional.empty(), isTooEarly, List.of(lines));
    }

    /** @param due only if the schedule says so */
    Rotation.Step rotate(boolean force, boolean due) throws IOException {
        return run((access, now) -> {
            ManagedKeyRotation rotation = access.rotation();
            ManagedKeyRotation.Step step =
                    force ? rotation.rotateAtOnce(now) : due ? rotation.rotateIfDue(now) : rotation.rotate(now);
            if (step.made().isPresent()) {
                ManagedKey made = step.made().get();
                boolean isAtOnce = !now.isBefore(made.signFrom());
                return said(
                        false,
                        "made " + made.keyId() + " (" + made.algorithm() + "): it signs "
                                + (isAtOnce ? "now." : "from " + made.signFrom() + "."));
            }
            if (due) {
                return said(false, "no key is due before " + nextRotation(step.keys(), access) + ".");
            }
            ManagedKey next = step.keys().newest().orElseThrow();
            return said(
                    true,
                    "too early: " + next.keyId() + " is published already, and signs from " + next.signFrom() + ", in "
                            + Waits.text(Duration.between(now, next.signFrom())) + ".");
        });
    }

    Rotation.Step retire(Optional<String> keyId, boolean force) throws IOException {
        if (keyId.isEmpty()) {
            return said(false, "managed keys retire by themselves, when their last token has expired.");
        }
        return run((access, now) -> {
            String id = keyId.get();
            ManagedKeyRing keys = access.rotation().keys();
            if (!keys.has(id)) {
                throw new KeyFileException("there is no key with that id: " + id);
            }
            Optional<ManagedKey> key = keys.find(id);
            boolean isHarmless = key.isEmpty()
                    || keys.state(key.get(), now)
                            .filter(state -> state != KeyState.NEXT)
                            .isEmpty();
            if (!force && !isHarmless) {
                return said(
                        true,
                        "too early: " + id + " may be removed at " + key.get().retireAt() + ", in "
                                + Waits.text(Duration.between(now, key.get().retireAt()))
                                + ", when its last token has expired.");
            }
            if (access.rotation().remove(id, now).isEmpty()) {
                throw new KeyFileException("without " + id + " no key could sign: sallyport keys rotate --force first");
            }
            return said(false, "removed " + id + ": its tokens are refused from now on.");
        });
    }

    String publicKeys() throws IOException {
        return run((access, now) -> {
            ManagedKeyRing keys = access.rotation().keys();
            List<SigningKey> published = new ArrayList<>();
            for (ManagedKey key : keys.keys()) {
                Optional<KeyState> state = keys.state(key, now);
                if (state.isPresent()) {
                    // For a file whose own key signs: there, these only verify.
                    published.add(key.publicKey().with(KeyState.RETIRED, key.signFrom()));
                }
            }
            return SigningKey.writeSet(published);
        });
    }

    void list(PrintWriter out, boolean json) throws IOException {
        run((access, now) -> {
            ManagedKeyRing keys = access.rotation().keys();
            if (json) {
                out.println(Json.writeLine(document(keys, access, now)));
            } else {
                print(out, keys, access, now);
            }
            return keys;
        });
    }

    private static String nextRotation(ManagedKeyRing keys, ManagedKeyAccess access) {
        return ManagedKeyRotation.nextRotation(keys, access.settings().schedule())
                .map(Instant::toString)
                .orElse("now");
    }

    private static String state(ManagedKeyRing keys, ManagedKey key, Instant now) {
        return keys.state(key, now).map(KeyState::text).orElse("gone");
    }

    private static Map<String, Object> document(ManagedKeyRing keys, ManagedKeyAccess access, Instant now) {
        List<Map<String, Object>> members = new ArrayList<>();
        for (ManagedKey key : keys.keys()) {
            Map<String, Object> member = new LinkedHashMap<>();
            member.put("kid", key.keyId());
            member.put("alg", key.algorithm().name());
            member.put("state", state(keys, key, now));
            member.put("created", key.created().toString());
            member.put("signFrom", key.signFrom().toString());
            member.put("signUntil", key.signUntil().toString());
            member.put("retireAt", key.retireAt().toString());
            members.add(member);
        }
        List<Map<String, Object>> refused = new ArrayList<>();
        for (ManagedKeyRing.RefusedRecord record : keys.refused()) {
            refused.add(Map.of("kid", record.keyId(), "why", record.why()));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("keys", members);
        document.put("refused", refused);
        document.put("nextRotation", nextRotation(keys, access));
        return document;
    }

    private static void print(PrintWriter out, ManagedKeyRing keys, ManagedKeyAccess access, Instant now) {
        row(out, "KID", "ALG", "STATE", "SIGNS FROM", "GONE AT");
        for (ManagedKey key : keys.keys()) {
            row(
                    out,
                    key.keyId(),
                    key.algorithm().name(),
                    state(keys, key, now),
                    key.signFrom().toString(),
                    key.retireAt().toString());
        }
        for (ManagedKeyRing.RefusedRecord record : keys.refused()) {
            row(out, record.keyId(), "-", "refused", "-", record.why());
        }
        Optional<Instant> next =
                ManagedKeyRotation.nextRotation(keys, access.settings().schedule());
        boolean isOverdue = next.isPresent() && next.get().isBefore(now.minus(Duration.ofDays(1)));
        out.println("Next rotation: " + nextRotation(keys, access)
                + (isOverdue ? ", which is overdue: does the key function run?" : ""));
    }

    private static void row(PrintWriter out, Object... cells) {
        out.printf("%-43s  %-5s  %-7s  %-20s  %s%n", cells);
    }
}
