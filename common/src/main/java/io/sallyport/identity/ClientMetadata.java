package io.sallyport.identity;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What makes an identity an OAuth client (RFC 7591 §2): its name, the resources it serves, and its grants.
 *
 * @param alias a readable {@code client_id} beside the id; unique among identities
 * @param audiences the resources that it serves; no other identity serves them
 * @param grants at most one for each audience
 */
public record ClientMetadata(Optional<Name> alias, List<Audience> audiences, List<Grant> grants) {
    /** No alias, no audiences and no grants. */
    public static final ClientMetadata NONE = new ClientMetadata(Optional.empty(), List.of(), List.of());

    private static final int MAX_COUNT = 1000;

    /** @throws IllegalArgumentException if an audience is listed twice, or there are too many */
    public ClientMetadata {
        audiences = List.copyOf(audiences);
        grants = List.copyOf(grants);
        // Most identities have at most one, which cannot be a duplicate.
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

    /** The audience with this name; empty if it has none. */
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
