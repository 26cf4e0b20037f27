package io.sallyport.method.spiffe;

import io.sallyport.method.Assertion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The SPIFFE ID of a workload (SPIFFE-ID §2): a trust domain, and one path segment at least. There is one spelling of
 * each, so nothing is decoded or normalized.
 */
record SpiffeId(String text, String trustDomain, List<String> segments) {
    static final String SCHEME = Assertion.SPIFFE_SCHEME;

    /** SPIFFE-ID §2.3, in bytes. */
    private static final int MAX_LENGTH = 2048;

    private static final Pattern TRUST_DOMAIN = Pattern.compile("[a-z0-9._-]{1,255}");
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._-]{1,2048}");

    SpiffeId {
        segments = List.copyOf(segments);
    }

    /** SPIFFE-ID §2.1: lower-case letters, digits, dots, dashes and underscores. */
    static boolean isTrustDomain(String text) {
        return TRUST_DOMAIN.matcher(text).matches();
    }

    /** Empty unless it is one, spelled as the specification demands. */
    static Optional<SpiffeId> parse(String text) {
        return parse(text, SEGMENT);
    }

    /** @param form of the segments, of which none is a dot or two */
    static Optional<SpiffeId> parse(String text, Pattern form) {
        int slash = text.indexOf('/', SCHEME.length());
        if (text.length() > MAX_LENGTH || !text.startsWith(SCHEME) || slash < 0) {
            return Optional.empty();
        }
        String trustDomain = text.substring(SCHEME.length(), slash);
        if (!isTrustDomain(trustDomain)) {
            return Optional.empty();
        }
        List<String> segments = new ArrayList<>();
        for (String segment : text.substring(slash + 1).split("/", -1)) {
            if (!form.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
                return Optional.empty();
            }
            segments.add(segment);
        }
        return Optional.of(new SpiffeId(text, trustDomain, segments));
    }
}
