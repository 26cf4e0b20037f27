package io.sallyport.simulated.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Signs a request for the caller's identity and puts it into the fields of a login, as Infisical's client for Node.js
 * does; every part of what is signed can be another.
 */
public final class CallerIdentitySigner {
    public static final String BODY = "Action=GetCallerIdentity&Version=2011-06-15";

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final TemporaryCredentials keys;
    private final Map<String, String> signed = new TreeMap<>();
    private String region;
    private String scopeDate;
    private String service = "sts";
    private String method = "POST";
    private String path = "/";
    private String body = BODY;

    public CallerIdentitySigner(TemporaryCredentials keys, String region, Instant at) {
        this.keys = keys;
        this.region = region;
        this.scopeDate = DATE.format(at).substring(0, 8);
        header("Host", "sts." + region + ".amazonaws.com");
        header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        header("Content-Length", String.valueOf(BODY.length()));
        header("X-Amz-Date", DATE.format(at));
        if (!keys.sessionToken().isEmpty()) {
            header("X-Amz-Security-Token", keys.sessionToken());
        }
    }

    /** Signs this header with this value. */
    public CallerIdentitySigner header(String name, String value) {
        signed.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    /** Does not sign this header. */
    public CallerIdentitySigner without(String name) {
        signed.remove(name.toLowerCase(Locale.ROOT));
        return this;
    }

    public CallerIdentitySigner region(String other) {
        region = other;
        return this;
    }

    public CallerIdentitySigner scopeDate(String other) {
        scopeDate = other;
        return this;
    }

    public CallerIdentitySigner service(String other) {
        service = other;
        return this;
    }

    public CallerIdentitySigner method(String other) {
        method = other;
        return this;
    }

    /** With a query, if there is one. */
    public CallerIdentitySigner path(String other) {
        path = other;
        return this;
    }

    public CallerIdentitySigner body(String other) {
        body = other;
        return this;
    }

    /** The headers to pass on, that of the signature included. */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>(signed);
        AwsSignature unsigned =
                new AwsSignature(keys.accessKeyId(), scopeDate, region, service, List.copyOf(signed.keySet()), "");
        SignedRequest request = new SignedRequest(method, URI.create("https://sts.example" + path), signed);
        headers.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + keys.accessKeyId() + "/" + scopeDate + "/" + region + "/" + service
                        + "/aws4_request, SignedHeaders=" + String.join(";", signed.keySet()) + ", Signature="
                        + unsigned.expected(request, body, keys.secretAccessKey()));
        return headers;
    }

    /** The fields of a login beside the identity. */
    public Map<String, Object> login() {
        return login(headers());
    }

    /** The fields of a login that passes these headers on. */
    public Map<String, Object> login(Map<String, ?> headers) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("iamHttpRequestMethod", method);
        fields.put("iamRequestBody", base64(body));
        fields.put("iamRequestHeaders", base64(JSONObjectUtils.toJSONString(headers)));
        return fields;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
