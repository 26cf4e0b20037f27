package io.sallyport.jwt;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A JWT's claims (RFC 7519 §4); each accessor refuses a claim of another type. */
public final class Claims {
    /** The end of the year 9999: beyond it, arithmetic on times is no longer safe. */
    private static final long LATEST = 253_402_300_799L;

    private final Map<String, @Nullable Object> claims;

    Claims(Map<String, @Nullable Object> claims) {
        this.claims = claims;
    }

    /** @throws Refused {@link Reason#CLAIM_MISSING}; {@link Reason#CLAIM_MALFORMED} if it is not a text */
    public String text(String name) throws Refused {
        return required(name, optionalText(name));
    }

    /** @throws Refused {@link Reason#CLAIM_MALFORMED} if it is there and not a text */
    public Optional<String> optionalText(String name) throws Refused {
        return optional(name, String.class);
    }

    /** @throws Refused {@link Reason#CLAIM_MALFORMED} if it is there and neither true nor false */
    public Optional<Boolean> optionalFlag(String name) throws Refused {
        return optional(name, Boolean.class);
    }

    /** @throws Refused {@link Reason#CLAIM_MISSING}; {@link Reason#CLAIM_MALFORMED} if it is not a whole number */
    public long number(String name) throws Refused {
        return required(name, optionalNumber(name));
    }

    /** @throws Refused {@link Reason#CLAIM_MALFORMED} if it is there and not a whole number */
    public Optional<Long> optionalNumber(String name) throws Refused {
        return optional(name, Long.class);
    }

    /**
     * A list of texts; empty if it is absent.
     *
     * @throws Refused {@link Reason#CLAIM_MALFORMED} if it is there and anything else
     */
    public List<String> texts(String name) throws Refused {
        List<String> texts = new ArrayList<>();
        for (Object element : optional(name, List.class).orElse(List.of())) {
            if (!(element instanceof String text)) {
                throw malformed(name);
            }
            texts.add(text);
        }
        return texts;
    }

    /** @throws Refused {@link Reason#CLAIM_MISSING}; {@link Reason#CLAIM_MALFORMED} if it is not a NumericDate */
    public Instant time(String name) throws Refused {
        return required(name, optionalTime(name));
    }

    /** @throws Refused {@link Reason#CLAIM_MALFORMED} if it is there and not a NumericDate in whole seconds */
    public Optional<Instant> optionalTime(String name) throws Refused {
        Optional<Long> seconds = optional(name, Long.class);
        if (seconds.isPresent() && (seconds.get() < 0 || seconds.get() > LATEST)) {
            throw malformed(name);
        }
        return seconds.isPresent() ? Optional.of(Instant.ofEpochSecond(seconds.get())) : Optional.empty();
    }

    /** @throws Refused {@link Reason#CLAIM_MISSING}; {@link Reason#CLAIM_MALFORMED} if it is not an object */
    public Claims object(String name) throws Refused {
        return required(name, optionalObject(name));
    }

    /** @throws Refused {@link Reason#CLAIM_MALFORMED} if it is there and not an object */
    public Optional<Claims> optionalObject(String name) throws Refused {
        Object value = claims.get(name);
        if (value == null) {
            return absent(name);
        }
        if (!(value instanceof Map<?, ?> object)) {
            throw malformed(name);
        }
        @SuppressWarnings("unchecked") // Json makes maps with no other keys than texts.
        Map<String, @Nullable Object> members = (Map<String, @Nullable Object>) object;
        return Optional.of(new Claims(members));
    }

    private <T> Optional<T> optional(String name, Class<T> type) throws Refused {
        Object value = claims.get(name);
        if (value == null) {
            return absent(name);
        }
        if (!type.isInstance(value)) {
            throw malformed(name);
        }
        return Optional.of(type.cast(value));
    }

    /** A claim that is present but null is malformed rather than absent: no known issuer writes one. */
    private <T> Optional<T> absent(String name) throws Refused {
        if (claims.containsKey(name)) {
            throw malformed(name);
        }
        return Optional.empty();
    }

    private static <T> T required(String name, Optional<T> value) throws Refused {
        if (value.isEmpty()) {
            throw Refused.claim(Reason.CLAIM_MISSING, name, "the claim " + name + " is missing");
        }
        return value.get();
    }

    private static Refused malformed(String name) {
        return Refused.claim(Reason.CLAIM_MALFORMED, name, "the claim " + name + " is malformed");
    }

    /** All claims, as signed. */
    public Map<String, @Nullable Object> asMap() {
        return claims;
    }

    /** Shows only the claims' names. */
    @Override
    public String toString() {
        return claims.keySet().toString();
    }
}
