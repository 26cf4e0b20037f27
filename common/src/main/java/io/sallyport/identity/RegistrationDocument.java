package io.sallyport.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link Registration} and {@link VoidMarks} as parts of {@link IdentityDocument}; its times are Unix times in milliseconds. */
final class RegistrationDocument {
    private RegistrationDocument() {}

    static VoidMarks readMarks(Document document) {
        Map<String, Instant> methods = new LinkedHashMap<>();
        Optional<Document> marks = document.document("methodNotBefore");
        if (marks.isPresent()) {
            for (String method : marks.get().names()) {
                marks.get().mark(method).ifPresent(mark -> methods.put(method, mark));
            }
        }
        return new VoidMarks(document.mark("notBefore").orElse(Instant.EPOCH), methods);
    }

    static void writeMarks(VoidMarks marks, Map<String, Object> fields) {
        fields.put("notBefore", MarkTime.write(marks.all()));
        if (!marks.methods().isEmpty()) {
            Map<String, Object> methods = new LinkedHashMap<>();
            marks.methods().forEach((method, mark) -> methods.put(method, MarkTime.write(mark)));
            fields.put("methodNotBefore", methods);
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
