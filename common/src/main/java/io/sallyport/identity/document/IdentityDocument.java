package io.sallyport.identity.document;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.Registration;
import io.sallyport.identity.UnconstrainedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An identity as every store keeps it: one document of texts, numbers, lists and objects. Field names are those of
 * Infisical's API.
 */
public final class IdentityDocument {
    private final ProviderList providers;

    public IdentityDocument(ProviderList providers) {
        this.providers = providers;
    }

    /** The providers of the supported auth methods. */
    public ProviderList providers() {
        return providers;
    }

    /** @throws IllegalArgumentException saying why it is not a valid identity */
    public Identity read(IdentityId id, Map<String, ? extends @Nullable Object> fields) {
        return readRecord(id, fields).identity();
    }

    /**
     * Reads an identity with its registration.
     *
     * @throws IllegalArgumentException as {@link #read}
     */
    public IdentityRecord readRecord(IdentityId id, Map<String, ? extends @Nullable Object> fields) {
        Document document = new Document("identity " + id, fields);
        List<AuthMethod<?>> methods = new ArrayList<>();
        for (String field : providers.fields()) {
            Optional<Document> method = document.document(field);
            if (method.isPresent()) {
                methods.add(providers.of(field).read(method.get()));
            }
        }
        Identity identity = new Identity(
                id,
                document.text("name").orElse(id.value()),
                document.text("role").orElse(Identity.NO_ACCESS),
                document.textLists("projects"),
                document.flag("disabled"),
                RegistrationDocument.readMarks(document, providers),
                ClientDocument.read(document),
                methods);
        Registration registration = RegistrationDocument.read(document);
        document.requireNothingElse();
        return new IdentityRecord(identity, registration);
    }

    /**
     * Reads a stored document.
     *
     * @throws Refused {@link Reason#IDENTITY_INVALID}; {@link Reason#UNCONSTRAINED_AUTH_METHOD}
     */
    public IdentityRecord readStored(IdentityId id, Map<String, ? extends @Nullable Object> fields) throws Refused {
        try {
            return readRecord(id, fields);
        } catch (UnconstrainedException e) {
            throw new Refused(Reason.UNCONSTRAINED_AUTH_METHOD, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new Refused(Reason.IDENTITY_INVALID, String.valueOf(e.getMessage()));
        }
    }

    /** Writes the record as a document, which {@link #readRecord} reads back. */
    public Map<String, Object> write(IdentityRecord record) {
        Map<String, Object> fields = write(record.identity());
        RegistrationDocument.write(record.registration(), fields);
        return fields;
    }

    /** Writes an identity without a registration as a document. */
    public Map<String, Object> write(Identity identity) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", identity.name());
        fields.put("role", identity.role());
        fields.put("projects", identity.projects());
        fields.put("disabled", identity.disabled());
        RegistrationDocument.writeMarks(identity.cutoffs(), fields);
        ClientDocument.write(identity.client(), fields);
        for (Provider<?> provider : providers.all()) {
            provider.documentOf(identity).ifPresent(method -> fields.put(provider.field(), method));
        }
        return fields;
    }
}
