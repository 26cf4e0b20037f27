package io.sallyport.method.azure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The id of a subscription, of a resource group or of a resource within one, as Azure Resource Manager writes it
 * ("Resource functions for ARM templates", resourceId), parsed by position. So a name can never pose as structure, and
 * no name matches another by prefix or suffix.
 *
 * @param segments the parts between the slashes, in lower case: ids are case-insensitive
 */
record ArmId(List<String> segments) {
    private static final int MAX_LENGTH = 2048;
    private static final String SUBSCRIPTIONS = "subscriptions";
    private static final String RESOURCE_GROUPS = "resourcegroups";
    private static final String PROVIDERS = "providers";

    /** ASCII only: lower-casing other text can merge letters that Azure treats as different. */
    private static final Pattern SEGMENT = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._()-]{1,260}");

    /** Parses an id; empty if it is not one in the form that Azure writes, so also with a trailing slash. */
    static Optional<ArmId> parse(String text) {
        if (text.length() > MAX_LENGTH || !text.startsWith("/")) {
            return Optional.empty();
        }
        String[] parts = text.substring(1).split("/", -1);
        if (!Arrays.stream(parts).allMatch(part -> SEGMENT.matcher(part).matches())) {
            return Optional.empty();
        }
        ArmId id = new ArmId(
                Arrays.stream(parts).map(part -> part.toLowerCase(Locale.ROOT)).toList());
        return id.isComplete() ? Optional.of(id) : Optional.empty();
    }

    private boolean isComplete() {
        if (segments.size() < 2 || !segments.get(0).equals(SUBSCRIPTIONS) || !Guid.isValid(segments.get(1))) {
            return false;
        }
        return isScope() || isResource();
    }

    /** Whether it is a subscription or a resource group. */
    private boolean isScope() {
        return segments.size() == scopeLength();
    }

    /** Whether it is a resource: {@code providers}, a namespace, and pairs of a type and a name. */
    boolean isResource() {
        int scope = scopeLength();
        return segments.size() >= scope + 4
                && segments.size() % 2 == 0
                && segments.get(scope).equals(PROVIDERS);
    }

    private int scopeLength() {
        return segments.size() >= 4 && segments.get(2).equals(RESOURCE_GROUPS) ? 4 : 2;
    }

    /** The ids that contain it, from the subscription down to itself. */
    List<ArmId> path() {
        return IntStream.of(2, scopeLength(), segments.size())
                .distinct()
                .mapToObj(length -> new ArmId(segments.subList(0, length)))
                .toList();
    }

    @Override
    public String toString() {
        return "/" + String.join("/", segments);
    }
}
