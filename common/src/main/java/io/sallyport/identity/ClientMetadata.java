package io.sallyport.identity;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What makes an identity an OAuth client (RFC 7591 §2): how it is called, what it is for others, what it may ask for.
 *
 * @param alias a readable {@code client_id} beside the id; no other identity has it
 * @param audiences the resources that it is; no other identity is the same one
 * @param grants at most one for each audience
 */
public record ClientMetadata(Optional<Name> alias, List<Audience> audiences, List<Grant> grants) {
    /** Nobody else knows it, and it may ask for nothing. */
    public static final ClientMetadata NONE = new ClientMetadata(Optional.empty(), List.of(), List.of());

    private static final int MAX_COUNT = 1000;

    /** @throws IllegalArgumentException if an audience stands twice, or there are too many */
    public ClientMetadata {
        audiences = List.copyOf(audiences);
        grants = List.copyOf(grants);
        // Most have none or one, and need no more for it.
        if (audiences.size() > 1) {
            requireDistinct("audiences", audiences, Audience::name);
        }
        if (grants.size() > 1) {
            requireDistinct("grants", grants, Grant::audience);
        }
    }

    private static <T> void requireDistinct(String what, List<T> all, Function<T, Name> name) {
        if (all.size() > MAX_COUNT) {
            throw new IllegalArgumentException(what + " has more than " + MAX_COUNT + " entries");
        }
        if (all.stream().map(name).distinct().count() < all.size()) {
            throw new IllegalArgumentException(what + " names an audience twice");
        }
    }

    /** The audience of that name, if it is one of these. */
    public Optional<Audience> audience(String name) {
        return audiences.stream()
                .filter(audience -> audience.name().value().equals(name))
                .findFirst();
    }

    /** The grant for that audience, if there is one. */
    public Optional<Grant> grant(String audience) {
        return grants.stream()
                .filter(grant -> grant.audience().value().equals(audience))
                .findFirst();
    }
}
