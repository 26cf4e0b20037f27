package io.sallyport.simulated.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.net.URLDecoder;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A signed request to AWS that another party is to send: Security Token Service API, method {@code token}, field {@code
 * subjectToken}, for AWS.
 *
 * @param headers by their names in lower case, in their order
 */
public record SignedRequest(String method, URI url, Map<String, String> headers) {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

    /** @throws ParseException if it is no such thing, or has a header with two values */
    public static SignedRequest parse(String subjectToken) throws ParseException {
        try {
            Map<String, Object> json = JSONObjectUtils.parse(URLDecoder.decode(subjectToken, UTF_8));
            Map<String, String> headers = new TreeMap<>();
            for (Map<String, Object> header : JSONObjectUtils.getJSONObjectArray(json, "headers")) {
                String name = JSONObjectUtils.getString(header, "key").toLowerCase(Locale.ROOT);
                String value = JSONObjectUtils.getString(header, "value");
                // Google's library repeats the audience.
                String other = headers.put(name, value);
                if (other != null && !other.equals(value)) {
                    throw new ParseException("twice, and not the same: " + name, 0);
                }
            }
            return new SignedRequest(
                    JSONObjectUtils.getString(json, "method"), JSONObjectUtils.getURI(json, "url"), headers);
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new ParseException(e.toString(), 0);
        }
    }

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public Optional<AwsSignature> signature() {
        return AwsSignature.parse(header("authorization"));
    }

    /** When it was signed. */
    Optional<Instant> date() {
        try {
            return Optional.of(LocalDateTime.parse(header("x-amz-date"), DATE).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
