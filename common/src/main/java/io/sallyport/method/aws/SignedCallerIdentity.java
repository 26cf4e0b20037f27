package io.sallyport.method.aws;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request that a caller signed for us to send: AWS STS API Reference, {@code GetCallerIdentity}. Method, path, body and
 * host of what is sent are ours; only the signature, its time, the session token and the name of this server come from
 * the caller (CVE-2020-16250, CVE-2022-2385).
 *
 * @param method as the caller says it signed it
 * @param body as the caller says it signed it
 * @param headers by name in lower case; not trusted, and mostly not sent
 */
record SignedCallerIdentity(String method, String body, Map<String, String> headers, SigV4Authorization authorization) {
    static final String METHOD_FIELD = "iamHttpRequestMethod";
    static final String BODY_FIELD = "iamRequestBody";
    static final String HEADERS_FIELD = "iamRequestHeaders";

    static final String AUTHORIZATION = "authorization";
    static final String HOST = "host";
    static final String DATE = "x-amz-date";
    static final String TOKEN = "x-amz-security-token";

    static final String BODY = "Action=GetCallerIdentity&Version=2011-06-15";

    private static final int MAX_HEADERS = 64;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    SignedCallerIdentity {
        headers = Map.copyOf(headers);
    }

    /**
     * Parses the fields of a login.
     *
     * @param json an object with the three fields, as text; other fields are ignored
     * @throws Refused {@link Reason#SIGNED_REQUEST_MALFORMED}
     */
    static SignedCallerIdentity parse(String json) throws Refused {
        Map<String, @Nullable Object> fields = object(json.getBytes(StandardCharsets.UTF_8), "the login");
        Map<String, String> headers = headers(object(decoded(fields, HEADERS_FIELD), HEADERS_FIELD));
        String found = headers.getOrDefault(AUTHORIZATION, "");
        SigV4Authorization authorization = SigV4Authorization.parse(found)
                .orElseThrow(() -> malformed(
                        found.isEmpty()
                                ? "there is no header Authorization"
                                : "the header Authorization is not one of Signature Version 4 ("
                                        + SigV4Authorization.ALGORITHM + ")"));
        return new SignedCallerIdentity(
                text(fields, METHOD_FIELD),
                new String(decoded(fields, BODY_FIELD), StandardCharsets.UTF_8),
                headers,
                authorization);
    }

    private static Map<String, @Nullable Object> object(byte[] json, String what) throws Refused {
        try {
            return Json.parseObject(json);
        } catch (MalformedJsonException e) {
            throw malformed(what + " is not a JSON object: " + e.getMessage());
        }
    }

    private static String text(Map<String, @Nullable Object> fields, String name) throws Refused {
        if (fields.get(name) instanceof String text) {
            return text.trim();
        }
        throw malformed(name + " is missing, or not a string");
    }

    private static byte[] decoded(Map<String, @Nullable Object> fields, String name) throws Refused {
        try {
            return Base64.getDecoder().decode(text(fields, name));
        } catch (IllegalArgumentException e) {
            throw malformed(name + " is not base64");
        }
    }

    /** Refuses a name that appears twice in any spelling: it would be unclear which value was signed. */
    private static Map<String, String> headers(Map<String, @Nullable Object> sent) throws Refused {
        if (sent.size() > MAX_HEADERS) {
            throw malformed(HEADERS_FIELD + " has more than " + MAX_HEADERS + " headers");
        }
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, @Nullable Object> header : sent.entrySet()) {
            if (!(header.getValue() instanceof String value)) {
                throw malformed("the header " + Quoted.quote(header.getKey()) + " is not a string");
            }
            if (!NAME.matcher(header.getKey()).matches()) {
                throw malformed("the name of the header " + Quoted.quote(header.getKey()) + " is malformed");
            }
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (headers.put(name, value) != null) {
                throw malformed("the header " + Quoted.quote(name) + " appears twice");
            }
        }
        return headers;
    }

    /** Whether the signature covers a header. */
    boolean signs(String header) {
        return authorization.signedHeaders().contains(header);
    }

    static Refused malformed(String detail) {
        return new Refused(Reason.SIGNED_REQUEST_MALFORMED, detail);
    }

    /** The three fields of a login, as one JSON object. */
    static String json(String method, String body, String headers) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(METHOD_FIELD, method);
        fields.put(BODY_FIELD, body);
        fields.put(HEADERS_FIELD, headers);
        return Json.writeString(fields);
    }

    /** Omits the headers, which hold a signature and a session token. */
    @Override
    public String toString() {
        return "SignedCallerIdentity[" + authorization + "]";
    }
}
