package io.sallyport.identity.document;

import io.sallyport.identity.Credential;
import io.sallyport.identity.Registration;
import io.sallyport.identity.SessionCutoffs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** {@link Registration} and {@link SessionCutoffs} as parts of {@link IdentityDocument}; its times are Unix times in milliseconds. */
final class RegistrationDocument {
    private RegistrationDocument() {}

    static SessionCutoffs readMarks(Document document, ProviderList providers) {
        Map<String, Instant> methods = new LinkedHashMap<>();
        Optional<Document> ofMethods = document.document("methodNotBefore");
        if (ofMethods.isPresent()) {
            for (String method : ofMethods.get().names()) {
                ofMethods.get().mark(method).ifPresent(mark -> methods.put(method, mark));
            }
        }
        Map<Credential, Instant> credentials = new LinkedHashMap<>();
        Optional<Document> ofCredentials = document.document("credentialNotBefore");
        if (ofCredentials.isPresent()) {
            Set<String> known = credentialMethods(providers);
            for (String name : ofCredentials.get().names()) {
                Credential credential = Credential.parse(name, known);
                ofCredentials.get().mark(name).ifPresent(mark -> credentials.put(credential, mark));
            }
        }
        return new SessionCutoffs(document.mark("notBefore").orElse(Instant.EPOCH), methods, credentials);
    }

    private static Set<String> credentialMethods(ProviderList providers) {
        Set<String> methods = new LinkedHashSet<>();
        for (Provider<?> provider : providers.all()) {
            provider.credentialMethod().ifPresent(methods::add);
        }
        return methods;
    }

    static void writeMarks(SessionCutoffs marks, Map<String, Object> fields) {
        fields.put("notBefore", MarkTime.write(marks.all()));
        writeMarks("methodNotBefore", marks.methods(), fields);
        writeMarks("credentialNotBefore", marks.credentials(), fields);
    }

    private static void writeMarks(String name, Map<?, Instant> marks, Map<String, Object> fields) {
        if (!marks.isEmpty()) {
            Map<String, Object> written = new TreeMap<>();
            marks.forEach((of, mark) -> written.put(of.toString(), MarkTime.write(mark)));
            fields.put(name, written);
        }
    }

    static Registration read(Document document) {
        Map<String, Registration.Times> methods = new LinkedHashMap<>();
        Optional<Document> times = document.document("methodTimes");
        if (times.isPresent()) {
            for (String name : times.get().names()) {
                times.get()
                        .document(name)
                        .flatMap(RegistrationDocument::readTimes)
                        .ifPresent(known -> methods.put(name, known));
            }
        }
        List<Registration.Metadata> metadata = new ArrayList<>();
        for (Document entry : document.documents("metadata")) {
            metadata.add(readMetadata(entry));
        }
        String owner = document.text("managedBy").orElse("");
        return new Registration(
                metadata,
                document.flag("hasDeleteProtection"),
                owner.isBlank() ? Optional.empty() : Optional.of(owner),
                readTimes(document),
                methods);
    }

    private static Registration.Metadata readMetadata(Document document) {
        Registration.Metadata metadata = new Registration.Metadata(
                document.required("key"), document.text("value").orElse(""));
        document.requireNothingElse();
        return metadata;
    }

    private static Optional<Registration.Times> readTimes(Document document) {
        Optional<Long> created = document.number("createdAt");
        Optional<Long> updated = document.number("updatedAt");
        if (created.isEmpty()) {
            return Optional.empty();
        }
        Instant at = Instant.ofEpochMilli(created.get());
        return Optional.of(new Registration.Times(at, updated.isPresent() ? Instant.ofEpochMilli(updated.get()) : at));
    }

    static void write(Registration registration, Map<String, Object> fields) {
        fields.put(
                "metadata",
                registration.metadata().stream()
                        .map(entry -> Map.of("key", entry.key(), "value", entry.value()))
                        .toList());
        fields.put("hasDeleteProtection", registration.deleteProtected());
        registration.managedBy().ifPresent(owner -> fields.put("managedBy", owner));
        registration.times().ifPresent(times -> writeTimes(times, fields));
        if (!registration.methodTimes().isEmpty()) {
            Map<String, Object> methods = new LinkedHashMap<>();
            registration.methodTimes().forEach((name, times) -> {
                Map<String, Object> written = new LinkedHashMap<>();
                writeTimes(times, written);
                methods.put(name, written);
            });
            fields.put("methodTimes", methods);
        }
    }

    private static void writeTimes(Registration.Times times, Map<String, Object> fields) {
        fields.put("createdAt", times.createdAt().toEpochMilli());
        fields.put("updatedAt", times.updatedAt().toEpochMilli());
    }
}
