package io.sallyport.oauth;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Fields;
import io.sallyport.http.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a request to an OAuth endpoint: a form in the body, never the query, which ends up in logs (RFC
 * 6749 §2.3.1, §3.2).
 */
record OAuthForm(Map<String, String> parameters) {
    OAuthForm {
        parameters = Map.copyOf(parameters);
    }

    /**
     * @throws Refused {@link Reason#UNSUPPORTED_MEDIA_TYPE} unless it is a form; {@link Reason#MALFORMED_REQUEST} if it is
     *     broken, or names a parameter twice
     */
    static OAuthForm parse(Request request) throws Refused {
        Map<String, String> parameters = new LinkedHashMap<>();
        Fields.parseForm(request).forEach((name, value) -> {
            // A parameter without a value counts as omitted (RFC 6749 §3.2).
            if (value instanceof String text && !text.isBlank()) {
                parameters.put(name, text.trim());
            }
        });
        return new OAuthForm(parameters);
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** @throws Refused {@link Reason#MALFORMED_REQUEST} if it is missing */
    String require(String name) throws Refused {
        return get(name).orElseThrow(() -> malformed("the parameter " + name + " is missing"));
    }

    static Refused malformed(String what) {
        return new Refused(Reason.MALFORMED_REQUEST, what);
    }

    /** Shows only the names: values may be credentials. */
    @Override
    public String toString() {
        return "OAuthForm" + parameters.keySet();
    }
}
