package io.sallyport.token.managed;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.token.KeyState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The managed keys of one issuer, in the order in which they were made.
 *
 * @param refused the stored records that are not used
 */
public record ManagedKeyRing(String issuer, List<ManagedKey> keys, List<RefusedRecord> refused) {
    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");

    /**
     * A stored record that is not used.
     *
     * @param member as it is stored; kept for the operator to look at
     */
    public record RefusedRecord(@Nullable Object member, String keyId, String why) {}

    public ManagedKeyRing {
        keys = List.copyOf(keys);
        refused = List.copyOf(refused);
    }

    /**
     * Reads a stored document. A record that does not fit is {@linkplain #refused() refused} by itself.
     *
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} if it is not such a document
     */
    static ManagedKeyRing read(String issuer, ManagedKeyStore.Stored stored) throws Refused {
        if (!stored.exists()) {
            return new ManagedKeyRing(issuer, List.of(), List.of());
        }
        Collection<?> members = members(issuer, stored.text());
        List<ManagedKey> keys = new ArrayList<>();
        List<RefusedRecord> refused = new ArrayList<>();
        for (Object member : members) {
            Map<String, @Nullable Object> fields = fields(member);
            try {
                ManagedKey key = ManagedKey.read(fields, issuer);
                if (find(keys, key.keyId()).isPresent()) {
                    throw new IllegalArgumentException("its kid stands twice");
                }
                keys.add(key);
            } catch (IllegalArgumentException e) {
                refused.add(new RefusedRecord(
                        member, shown(String.valueOf(fields.get("kid"))), String.valueOf(e.getMessage())));
            }
        }
        return new ManagedKeyRing(issuer, keys, refused);
    }

    private static String shown(String keyId) {
        return THUMBPRINT.matcher(keyId).matches() ? keyId : Quoted.quote(keyId);
    }

    private static Collection<?> members(String issuer, String text) throws Refused {
        try {
            Map<String, @Nullable Object> document = Json.parseObject(text);
            if (issuer.equals(document.get("issuer")) && document.get("keys") instanceof Collection<?> members) {
                return members;
            }
        } catch (MalformedJsonException e) {
            // Refused below.
        }
        throw new Refused(Reason.KEYS_UNAVAILABLE, "what is stored is not a document of the keys of " + issuer);
    }

    private static Map<String, @Nullable Object> fields(@Nullable Object member) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (member instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> field : map.entrySet()) {
                fields.put(String.valueOf(field.getKey()), field.getValue());
            }
        }
        return fields;
    }

    /** The document to store: refused records stay in it. */
    String text() {
        List<@Nullable Object> members = new ArrayList<>();
        for (RefusedRecord record : refused) {
            members.add(record.member());
        }
        for (ManagedKey key : keys) {
            members.add(key.document());
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("issuer", issuer);
        document.put("keys", members);
        return Json.writeString(document);
    }

    /** Whether there is a record with that id, used or not. */
    public boolean has(String keyId) {
        return find(keyId).isPresent()
                || refused.stream().anyMatch(record -> record.keyId().equals(keyId));
    }

    public Optional<ManagedKey> find(String keyId) {
        return find(keys, keyId);
    }

    private static Optional<ManagedKey> find(List<ManagedKey> keys, String keyId) {
        for (ManagedKey key : keys) {
            if (key.keyId().equals(keyId)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /** The key that was made last. */
    public Optional<ManagedKey> newest() {
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(keys.size() - 1));
    }

    /** The key whose turn it is to sign: the one made last of those that may. */
    public Optional<ManagedKey> current(Instant now) {
        for (int i = keys.size() - 1; i >= 0; i--) {
            if (keys.get(i).maySign(now)) {
                return Optional.of(keys.get(i));
            }
        }
        return Optional.empty();
    }

    /** The state of one of these keys; empty if its last token has expired. */
    public Optional<KeyState> state(ManagedKey key, Instant now) {
        if (key.isRetired(now)) {
            return Optional.empty();
        }
        if (now.isBefore(key.signFrom())) {
            return Optional.of(KeyState.NEXT);
        }
        boolean isCurrent = current(now)
                .filter(current -> current.keyId().equals(key.keyId()))
                .isPresent();
        return Optional.of(isCurrent ? KeyState.CURRENT : KeyState.RETIRED);
    }

    /** These keys, without those whose proof does not fit. */
    ManagedKeyRing proven() {
        List<ManagedKey> proven = new ArrayList<>();
        List<RefusedRecord> others = new ArrayList<>(refused);
        for (ManagedKey key : keys) {
            if (key.isProven()) {
                proven.add(key);
            } else {
                others.add(new RefusedRecord(key.document(), key.keyId(), ManagedKeys.UNPROVEN));
            }
        }
        return new ManagedKeyRing(issuer, proven, others);
    }

    ManagedKeyRing with(ManagedKey another) {
        List<ManagedKey> more = new ArrayList<>(keys);
        more.add(another);
        return new ManagedKeyRing(issuer, more, refused);
    }

    ManagedKeyRing without(String keyId) {
        List<ManagedKey> left = new ArrayList<>(keys);
        left.removeIf(key -> key.keyId().equals(keyId));
        List<RefusedRecord> others = new ArrayList<>(refused);
        others.removeIf(record -> record.keyId().equals(keyId));
        return new ManagedKeyRing(issuer, left, others);
    }

    ManagedKeyRing withoutRetired(Instant now) {
        List<ManagedKey> left = new ArrayList<>(keys);
        left.removeIf(key -> key.isRetired(now));
        return new ManagedKeyRing(issuer, left, refused);
    }
}
