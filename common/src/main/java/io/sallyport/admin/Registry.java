package io.sallyport.admin;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Redaction;
import io.sallyport.Refused;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Registration;
import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.identity.document.MadeSecret;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.SecretField;
import io.sallyport.identity.document.SecretMaker;
import io.sallyport.method.SecretFields;
import io.sallyport.secret.SecretCipher;
import io.sallyport.token.TokenPolicy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Changes identities atomically. The result must be a valid identity; identities managed elsewhere are not changed;
 * removing a credential revokes its tokens.
 *
 * <p>Every method also throws {@link Refused} as {@link IdentityStore#change} does.
 */
public final class Registry {
    /** The fields that {@link #create} and {@link #update} accept; auth methods have separate operations. */
    private static final int MAX_NAME = 200;

    private static final Set<String> FIELDS =
            Set.of("name", "role", "projects", "metadata", "hasDeleteProtection", "alias", "audiences", "grants");

    private final IdentityStore store;
    private final IdentityDocument documents;
    private final SecretFields secrets;
    private final SecretCipher cipher;
    private final InstantSource clock;
    private final Supplier<byte[]> randomSecrets;

    /**
     * @param cipher encrypts the secrets of auth methods; never inside a store transaction
     * @param randomSecrets makes {@link SecretMaker#BYTES} unpredictable bytes
     */
    public Registry(
            IdentityStore store,
            IdentityDocument documents,
            SecretCipher cipher,
            InstantSource clock,
            Supplier<byte[]> randomSecrets) {
        this.store = store;
        this.documents = documents;
        secrets = new SecretFields(documents.providers());
        this.cipher = cipher;
        this.clock = clock;
        this.randomSecrets = randomSecrets;
    }

    /** Computes the result of a change to a document; may be called more than once. */
    @FunctionalInterface
    private interface Edit {
        IdentityRecord apply(IdentityRecord before, Map<String, @Nullable Object> document) throws Refused;
    }

    /** Computes the fields to set from the stored ones; may be called more than once. Null removes a field. */
    @FunctionalInterface
    public interface Fields {
        Map<String, ? extends @Nullable Object> of(Map<String, @Nullable Object> stored) throws Refused;
    }

    /** @throws Refused {@link Reason#NO_SUCH_IDENTITY} */
    public IdentityRecord find(IdentityId id) throws Refused {
        return store.findRecord(id).orElseThrow(Registry::noSuchIdentity);
    }

    public IdentityStore.Page list(IdentityStore.Listing listing) throws Refused {
        return store.list(listing);
    }

    public Optional<IdentityStore.LastLogin> lastLogin(IdentityId id) throws Refused {
        return store.lastLogin(id);
    }

    public Optional<Instant> lastUse(Credential credential) throws Refused {
        return store.lastUse(credential);
    }

    /**
     * Creates an identity.
     *
     * @param chosen whether the caller chose the id: another identity may have had it before, whose tokens must not
     *     become valid again, so all sessions up to now are revoked
     * @throws Refused {@link Reason#IDENTITY_EXISTS}; {@link Reason#INVALID_FIELDS}
     */
    public IdentityStore.Changed create(IdentityId id, boolean chosen, Map<String, ? extends @Nullable Object> fields)
            throws Refused {
        Instant now = clock.instant();
        requireKnown(fields);
        return store.change(id, stored -> {
            if (stored.isPresent()) {
                throw new Refused(
                        Reason.IDENTITY_EXISTS, "the identity " + Quoted.quote(id.value()) + " already exists");
            }
            IdentityRecord record = read(id, new LinkedHashMap<>(fields));
            Identity identity = chosen ? record.identity().revokedUpTo(now) : record.identity();
            return Optional.of(
                    new IdentityRecord(identity, record.registration().updated(now)));
        });
    }

    /**
     * Sets fields of an identity; null removes a field.
     *
     * @throws Refused {@link Reason#NO_SUCH_IDENTITY}, {@link Reason#MANAGED_ELSEWHERE}, {@link Reason#INVALID_FIELDS}
     */
    public IdentityStore.Changed update(IdentityId id, Map<String, ? extends @Nullable Object> fields) throws Refused {
        requireKnown(fields);
        return update(id, stored -> fields);
    }

    /**
     * Sets fields of an identity that depend on the stored ones.
     *
     * @throws Refused as {@link #update(IdentityId, Map)}
     */
    public IdentityStore.Changed update(IdentityId id, Fields fields) throws Refused {
        return edit(id, (before, document) -> {
            Map<String, ? extends @Nullable Object> changes = fields.of(document);
            requireKnown(changes);
            return updated(id, merged(document, changes));
        });
    }

    /** Disables or enables an identity. */
    public IdentityStore.Changed disable(IdentityId id, boolean disabled) throws Refused {
        return edit(id, (before, document) -> updated(id, merged(document, Map.of("disabled", disabled))));
    }

    /** Revokes every session that has begun. */
    public IdentityStore.Changed revokeTokens(IdentityId id) throws Refused {
        return edit(id, (before, document) -> {
            IdentityRecord record = updated(id, document);
            return new IdentityRecord(record.identity().revokedUpTo(clock.instant()), record.registration());
        });
    }

    /** @throws Refused {@link Reason#DELETE_PROTECTED}, and as {@link #update} */
    public IdentityStore.Changed delete(IdentityId id) throws Refused {
        return store.change(id, stored -> {
            IdentityRecord record = stored.orElseThrow(Registry::noSuchIdentity);
            requireOurs(record);
            if (record.registration().deleteProtected()) {
                throw told(
                        Reason.DELETE_PROTECTED,
                        "hasDeleteProtection",
                        "the identity is protected from deletion; set hasDeleteProtection to false first");
            }
            return Optional.empty();
        });
    }

    /**
     * Attaches an auth method. What the provider {@linkplain Provider#made makes} itself, and the caller does not set,
     * is added to its fields.
     *
     * @throws Refused {@link Reason#METHOD_EXISTS}, and as {@link #update}
     */
    public IdentityStore.Changed attach(IdentityId id, Provider<?> kind, Map<String, ? extends @Nullable Object> fields)
            throws Refused {
        Map<String, Object> made = kind.made(randomSecrets.get());
        return changeMethod(id, kind, document -> {
            if (document.containsKey(kind.field())) {
                throw told(Reason.METHOD_EXISTS, kind.field(), "the identity already has " + kind.id());
            }
            Map<String, @Nullable Object> method = new LinkedHashMap<>(made);
            method.putAll(fields);
            return method;
        });
    }

    /**
     * Sets fields of an auth method; null removes a field.
     *
     * @throws Refused as {@link #method}
     */
    public IdentityStore.Changed editMethod(
            IdentityId id, Provider<?> kind, Map<String, ? extends @Nullable Object> fields) throws Refused {
        return changeMethod(id, kind, document -> changedMethod(kind, method(document, kind), fields));
    }

    /**
     * Attaches an auth method or, if it exists, sets its fields.
     *
     * @param fields the fields to set, given the stored ones: none if the method is new
     */
    public IdentityStore.Changed setMethod(IdentityId id, Provider<?> kind, Fields fields) throws Refused {
        return changeMethod(id, kind, document -> {
            Map<String, @Nullable Object> stored = fields(document.get(kind.field()));
            return changedMethod(kind, stored, fields.of(stored));
        });
    }

    /** Computes the new auth method, secrets in the clear, from the whole document; may be called more than once. */
    @FunctionalInterface
    private interface MethodEdit {
        Map<String, @Nullable Object> apply(Map<String, @Nullable Object> document) throws Refused;
    }

    /** Encrypts before the change, and again if what the secret is bound to has changed meanwhile. */
    private IdentityStore.Changed changeMethod(IdentityId id, Provider<?> kind, MethodEdit edit) throws Refused {
        return EncryptedAhead.retrying(() -> {
            IdentityRecord known = find(id);
            requireOurs(known);
            EncryptedAhead ahead = EncryptedAhead.of(secrets, id, edited(kind, known, edit), cipher);
            return edit(id, (before, document) -> {
                Map<String, @Nullable Object> encrypted = ahead.in(id, edited(kind, before, edit));
                return withMethod(id, kind, document, fields(encrypted.get(kind.field())));
            });
        });
    }

    private Map<String, @Nullable Object> edited(Provider<?> kind, IdentityRecord record, MethodEdit edit)
            throws Refused {
        Map<String, @Nullable Object> document = new LinkedHashMap<>(documents.write(record));
        document.put(kind.field(), edit.apply(document));
        return document;
    }

    private static Map<String, @Nullable Object> changedMethod(
            Provider<?> kind, Map<String, @Nullable Object> stored, Map<String, ? extends @Nullable Object> changes)
            throws Refused {
        try {
            return SecretFields.replaced(kind, stored, merged(stored, changes), changes);
        } catch (IllegalArgumentException e) {
            String field = kind.secret().map(SecretField::plain).orElse("body");
            throw told(Reason.INVALID_FIELDS, field, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Removes an auth method and revokes its sessions, in case it is attached again.
     *
     * @throws Refused as {@link #method}
     */
    public IdentityStore.Changed detach(IdentityId id, Provider<?> kind) throws Refused {
        return edit(id, (before, document) -> {
            method(document, kind);
            return without(id, kind, document);
        });
    }

    private IdentityRecord without(IdentityId id, Provider<?> kind, Map<String, @Nullable Object> document)
            throws Refused {
        Instant now = clock.instant();
        document.remove(kind.field());
        IdentityRecord record = read(id, document);
        return new IdentityRecord(record.identity(), record.registration().removed(now, kind.field()));
    }

    /** A new secret, with the change that stored it. */
    public record NewSecret(MadeSecret made, IdentityStore.Changed changed) {}

    /**
     * Makes a secret.
     *
     * @param kind a method whose secrets Sallyport makes
     * @param secretId the name of the secret
     * @param limits as {@link SecretMaker#make}
     * @throws Refused {@link Reason#INVALID_FIELDS} if there are too many, or one with that id; and as {@link #update}
     */
    public NewSecret addSecret(
            IdentityId id, Provider<?> kind, String secretId, Map<String, ? extends @Nullable Object> limits)
            throws Refused {
        SecretMaker maker = maker(kind);
        MadeSecret made = madeNow(maker, secretId, limits);
        IdentityStore.Changed changed = edit(id, (before, document) -> {
            Map<String, @Nullable Object> method = new LinkedHashMap<>(fields(document.get(kind.field())));
            List<Object> secrets = new ArrayList<>(secrets(maker, method));
            secrets.add(made.entry());
            method.put(maker.list(), secrets);
            return withMethod(id, kind, document, method);
        });
        return new NewSecret(made, changed);
    }

    private static SecretMaker maker(Provider<?> kind) {
        return kind.secretMaker()
                .orElseThrow(() -> new IllegalArgumentException("no secrets are made for " + kind.id()));
    }

    /** Makes a secret without limits, as {@link #addSecret(IdentityId, Provider, String, Map)} does. */
    public NewSecret addSecret(IdentityId id, Provider<?> kind, String secretId) throws Refused {
        return addSecret(id, kind, secretId, Map.of());
    }

    private MadeSecret madeNow(SecretMaker maker, String secretId, Map<String, ? extends @Nullable Object> limits)
            throws Refused {
        try {
            return maker.make(secretId, randomSecrets.get(), TokenPolicy.wholeSeconds(clock.instant()), limits);
        } catch (IllegalArgumentException e) {
            throw told(Reason.INVALID_FIELDS, "id", String.valueOf(e.getMessage()));
        }
    }

    /**
     * Removes a secret, and the method with its last one. A method keeps its settings without secrets if Sallyport made
     * a field for it when it was attached.
     *
     * @throws Refused as {@link #method}
     */
    public IdentityStore.Changed removeSecret(IdentityId id, Provider<?> kind, String secretId) throws Refused {
        SecretMaker maker = maker(kind);
        return edit(id, (before, document) -> {
            Map<String, @Nullable Object> method = new LinkedHashMap<>(method(document, kind));
            List<Object> left = secrets(maker, method).stream()
                    .filter(secret -> !isCalled(secret, secretId))
                    .toList();
            if (left.size() == secrets(maker, method).size()) {
                throw told(
                        Reason.NO_SUCH_METHOD,
                        "id",
                        "the identity has no such " + kind.name().replace('-', ' '));
            }
            boolean attached =
                    kind.made(new byte[SecretMaker.BYTES]).keySet().stream().anyMatch(method::containsKey);
            if (left.isEmpty() && !attached) {
                return without(id, kind, document);
            }
            method.put(maker.list(), left);
            return withMethod(id, kind, document, method);
        });
    }

    private static List<Object> secrets(SecretMaker maker, Map<String, @Nullable Object> method) {
        return method.get(maker.list()) instanceof List<?> secrets ? List.copyOf(secrets) : List.of();
    }

    private static boolean isCalled(Object secret, String id) {
        return secret instanceof Map<?, ?> fields && id.equals(fields.get("id"));
    }

    /** The only way to change an identity: every change revokes what it stops trusting. */
    private IdentityStore.Changed edit(IdentityId id, Edit edit) throws Refused {
        return store.change(id, stored -> {
            IdentityRecord before = stored.orElseThrow(Registry::noSuchIdentity);
            requireOurs(before);
            IdentityRecord after = edit.apply(before, new LinkedHashMap<>(documents.write(before)));
            Identity identity = after.identity().succeeding(before.identity(), clock.instant());
            return Optional.of(new IdentityRecord(identity, after.registration()));
        });
    }

    private IdentityRecord updated(IdentityId id, Map<String, @Nullable Object> document) throws Refused {
        IdentityRecord record = read(id, document);
        return new IdentityRecord(record.identity(), record.registration().updated(clock.instant()));
    }

    private IdentityRecord withMethod(
            IdentityId id,
            Provider<?> kind,
            Map<String, @Nullable Object> document,
            Map<String, @Nullable Object> method)
            throws Refused {
        document.put(kind.field(), method);
        IdentityRecord record = read(id, document);
        Registration registration = record.registration().updated(clock.instant(), kind.field());
        return new IdentityRecord(record.identity(), registration);
    }

    /** @throws Refused {@link Reason#NO_SUCH_METHOD} */
    private static Map<String, @Nullable Object> method(Map<String, @Nullable Object> document, Provider<?> kind)
            throws Refused {
        if (!document.containsKey(kind.field())) {
            throw told(Reason.NO_SUCH_METHOD, kind.field(), "the identity has no " + kind.id());
        }
        return fields(document.get(kind.field()));
    }

    static Map<String, @Nullable Object> fields(@Nullable Object value) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> fields.put(String.valueOf(name), member));
        }
        return fields;
    }

    private static Map<String, @Nullable Object> merged(
            Map<String, @Nullable Object> document, Map<String, ? extends @Nullable Object> changes) {
        Map<String, @Nullable Object> merged = new LinkedHashMap<>(document);
        changes.forEach((name, value) -> {
            if (value == null) {
                merged.remove(name);
            } else {
                merged.put(name, value);
            }
        });
        return merged;
    }

    private IdentityRecord read(IdentityId id, Map<String, @Nullable Object> document) throws Refused {
        try {
            return documents.readRecord(id, document);
        } catch (IllegalArgumentException e) {
            throw told(Reason.INVALID_FIELDS, "body", String.valueOf(e.getMessage()));
        }
    }

    private static void requireKnown(Map<String, ?> fields) throws Refused {
        List<InvalidField> unknown = fields.keySet().stream()
                .filter(name -> !FIELDS.contains(name))
                .map(name -> new InvalidField(Redaction.of(name, MAX_NAME), "there is no such field"))
                .toList();
        if (!unknown.isEmpty()) {
            throw Refused.fields(unknown);
        }
    }

    private static void requireOurs(IdentityRecord record) throws Refused {
        Optional<String> owner = record.registration().managedBy();
        if (owner.isPresent()) {
            throw told(
                    Reason.MANAGED_ELSEWHERE,
                    "managedBy",
                    "the identity is managed by " + owner.get() + ", so change it there");
        }
    }

    private static Refused noSuchIdentity() {
        return new Refused(Reason.NO_SUCH_IDENTITY, "there is no such identity");
    }

    /** A refusal that tells the caller, who is authorized, what is wrong. */
    static Refused told(Reason reason, String field, String problem) {
        return Refused.telling(reason, List.of(new InvalidField(field, problem)));
    }
}
