package io.sallyport.identity;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What administrators record about an identity; no login reads it.
 *
 * @param metadata free-form notes
 * @param deleteProtected whether it may not be deleted
 * @param managedBy the other tool that manages the document, such as {@code terraform}, so that it is not changed here
 * @param times of the identity itself; empty if they are not known
 * @param methodTimes of its auth methods, by the field of each
 */
public record Registration(
        List<Metadata> metadata,
        boolean deleteProtected,
        Optional<String> managedBy,
        Optional<Times> times,
        Map<String, Times> methodTimes) {
    public static final Registration NONE =
            new Registration(List.of(), false, Optional.empty(), Optional.empty(), Map.of());

    private static final int MAX_METADATA = 100;

    /** A note. */
    public record Metadata(String key, String value) {
        private static final int MAX_LENGTH = 1024;

        /** @throws IllegalArgumentException if the key or value is empty or too long */
        public Metadata {
            if (key.isBlank() || key.length() > MAX_LENGTH || value.length() > MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "metadata has a key of 1 to " + MAX_LENGTH + " characters and a value of at most as many");
            }
        }
    }

    /** When something was created and last changed. */
    public record Times(Instant createdAt, Instant updatedAt) {
        public static Times created(Instant now) {
            return new Times(now, now);
        }

        public Times updated(Instant now) {
            return new Times(createdAt, now);
        }
    }

    /** @throws IllegalArgumentException if it is too large */
    public Registration {
        metadata = List.copyOf(metadata);
        methodTimes = Map.copyOf(methodTimes);
        if (metadata.size() > MAX_METADATA) {
            throw new IllegalArgumentException("metadata has more than " + MAX_METADATA + " entries");
        }
    }

    /** A copy after a change to the identity. */
    public Registration updated(Instant now) {
        return new Registration(
                metadata,
                deleteProtected,
                managedBy,
                Optional.of(times.map(known -> known.updated(now)).orElse(Times.created(now))),
                methodTimes);
    }

    /** A copy after a change to one auth method. */
    public Registration updated(Instant now, String methodField) {
        Map<String, Times> more = new HashMap<>(methodTimes);
        more.merge(methodField, Times.created(now), (known, fresh) -> known.updated(now));
        return new Registration(metadata, deleteProtected, managedBy, times, more).updated(now);
    }

    /** A copy after an auth method was removed. */
    public Registration removed(Instant now, String methodField) {
        Map<String, Times> fewer = new HashMap<>(methodTimes);
        fewer.remove(methodField);
        return new Registration(metadata, deleteProtected, managedBy, times, fewer).updated(now);
    }
}
