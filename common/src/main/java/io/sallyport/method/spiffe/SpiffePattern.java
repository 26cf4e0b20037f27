package io.sallyport.method.spiffe;

import io.sallyport.Quoted;
import io.sallyport.identity.Glob;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A SPIFFE ID, or a pattern of them in one trust domain: {@code *} stands for any text within a segment, {@code **} for
 * one or more whole segments.
 *
 * @param pattern as a SPIFFE ID whose segments may have stars
 */
public record SpiffePattern(SpiffeId pattern) {
    private static final String DEEP = "**";
    private static final Pattern SEGMENT = Pattern.compile("[*]{2}|(?![^/]*[*]{2})[A-Za-z0-9._*-]{1,2048}");

    /** @throws IllegalArgumentException if it is neither */
    public SpiffePattern(String text) {
        this(parse(text));
    }

    private static SpiffeId parse(String text) {
        return SpiffeId.parse(text, SEGMENT)
                .orElseThrow(() -> new IllegalArgumentException("the SPIFFE ID " + Quoted.quote(text)
                        + " must be spiffe://TRUST-DOMAIN/PATH without empty or dot"
                        + " segments; * stands for any text within a segment, ** for whole segments"));
    }

    /** As configured. */
    String text() {
        return pattern.text();
    }

    String trustDomain() {
        return pattern.trustDomain();
    }

    /** Whether it is a single SPIFFE ID rather than a pattern. */
    boolean isExact() {
        return text().indexOf('*') < 0;
    }

    /**
     * Whether the whole SPIFFE ID matches. Only the last {@code **} is ever tried again, so matching takes at most the
     * number of segments times that of the pattern's.
     */
    boolean matches(SpiffeId id) {
        return pattern.trustDomain().equals(id.trustDomain()) && matches(pattern.segments(), id.segments());
    }

    private static boolean matches(List<String> pattern, List<String> segments) {
        int at = 0;
        int sign = 0;
        int lastDeep = -1;
        int takenByLastDeep = 0;
        while (at < segments.size()) {
            if (sign < pattern.size() && pattern.get(sign).equals(DEEP)) {
                lastDeep = sign++;
                takenByLastDeep = ++at;
            } else if (sign < pattern.size() && Glob.matches(pattern.get(sign), segments.get(at))) {
                sign++;
                at++;
            } else if (lastDeep >= 0) {
                sign = lastDeep + 1;
                at = ++takenByLastDeep;
            } else {
                return false;
            }
        }
        return sign == pattern.size();
    }

    @Override
    public String toString() {
        return Quoted.quote(text());
    }
}
