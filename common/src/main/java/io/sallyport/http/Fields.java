package io.sallyport.http;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses the fields of a request's body, sent as JSON or as a form; a duplicate field is refused. */
public final class Fields {
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";

    private Fields() {}

    /**
     * @throws Refused {@link Reason#UNSUPPORTED_MEDIA_TYPE} for any other media type, or a charset other than UTF-8;
     *     {@link Reason#MALFORMED_REQUEST} if the body is not what its type says, or names a field twice
     */
    public static Map<String, @Nullable Object> parse(Request request) throws Refused {
        return switch (mediaType(request)) {
            case JSON -> json(request.body());
            case FORM -> form(request.body().bytes());
            default -> throw new Refused(Reason.UNSUPPORTED_MEDIA_TYPE, "neither JSON nor a form");
        };
    }

    /** Parses the fields of a body that must be a form, as OAuth's endpoints require. */
    public static Map<String, @Nullable Object> parseForm(Request request) throws Refused {
        if (!mediaType(request).equals(FORM)) {
            throw new Refused(Reason.UNSUPPORTED_MEDIA_TYPE, "not a form");
        }
        return form(request.body().bytes());
    }

    /** Parses a query, which has the syntax of a form. */
    static Map<String, @Nullable Object> parseQuery(String query) throws Refused {
        return form(query.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A required text, trimmed; empty if it is not there.
     *
     * @param invalid receives what is wrong with it
     */
    public static String text(Map<String, @Nullable Object> fields, String name, List<InvalidField> invalid) {
        if (!fields.containsKey(name)) {
            invalid.add(new InvalidField(name, "is required"));
            return "";
        }
        if (!(fields.get(name) instanceof String text)) {
            invalid.add(new InvalidField(name, "must be a string"));
            return "";
        }
        String trimmed = text.trim();
        if (trimmed.isEmpty()) {
            invalid.add(new InvalidField(name, "must not be empty"));
        }
        return trimmed;
    }

    /** The type without its parameters; the only parameter that matters is the charset (RFC 9110 §8.3.1). */
    private static String mediaType(Request request) throws Refused {
        var declared = request.headers().all("Content-Type");
        if (declared.size() != 1) {
            throw new Refused(Reason.UNSUPPORTED_MEDIA_TYPE, declared.size() + " Content-Type headers");
        }
        String[] parts = declared.get(0).split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("charset=")
                    && !parameter
                            .substring("charset=".length())
                            .replace("\"", "")
                            .equals("utf-8")) {
                throw new Refused(Reason.UNSUPPORTED_MEDIA_TYPE, "a charset other than UTF-8");
            }
        }
        return parts[0].trim().toLowerCase(Locale.ROOT);
    }

    private static Map<String, @Nullable Object> json(Body body) throws Refused {
        try {
            return body.json();
        } catch (MalformedJsonException e) {
            throw new Refused(Reason.MALFORMED_REQUEST, "the JSON body: " + e.getMessage());
        }
    }

    /** Splits a form into its fields (WHATWG URL §5.1). */
    private static Map<String, @Nullable Object> form(byte[] body) throws Refused {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        int start = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i == body.length || body[i] == '&') {
                if (i > start) {
                    field(body, start, i, fields);
                }
                start = i + 1;
            }
        }
        return fields;
    }

    private static void field(byte[] body, int start, int end, Map<String, @Nullable Object> fields) throws Refused {
        int equals = start;
        while (equals < end && body[equals] != '=') {
            equals++;
        }
        String name = FormCoding.decode(body, start, equals);
        String value = FormCoding.decode(body, Math.min(equals + 1, end), end);
        if (fields.containsKey(name)) {
            throw FormCoding.malformed("a field appears twice");
        }
        fields.put(name, value);
    }
}
