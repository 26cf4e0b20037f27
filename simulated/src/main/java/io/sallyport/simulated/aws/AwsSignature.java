package io.sallyport.simulated.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A signature in the header {@code Authorization}: AWS IAM User Guide, "Create a signed AWS API request", Signature Version
 * 4.
 *
 * @param date its day
 * @param signed the names of the headers that it covers
 */
public record AwsSignature(
        String accessKeyId, String date, String region, String service, List<String> signed, String hex) {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final Pattern HEADER =
            Pattern.compile(ALGORITHM + " Credential=([A-Za-z0-9_]+)/([0-9]{8})/([a-z0-9-]+)/([a-z0-9]+)/aws4_request,"
                    + " ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})");

    static Optional<AwsSignature> parse(String authorization) {
        Matcher header = HEADER.matcher(authorization);
        return header.matches()
                ? Optional.of(new AwsSignature(
                        header.group(1),
                        header.group(2),
                        header.group(3),
                        header.group(4),
                        List.of(header.group(5).split(";")),
                        header.group(6)))
                : Optional.empty();
    }

    /** What it must be for a request without a body. */
    String expected(SignedRequest request, String secretAccessKey) {
        return expected(request, "", secretAccessKey);
    }

    /** What it must be for a request with this body. */
    String expected(SignedRequest request, String body, String secretAccessKey) {
        String path = request.url().getRawPath();
        String query = request.url().getRawQuery();
        String canonical = String.join(
                "\n",
                request.method(),
                path.isEmpty() ? "/" : path,
                query == null ? "" : Arrays.stream(query.split("&")).sorted().collect(Collectors.joining("&")),
                signed.stream()
                        .map(name -> name + ":" + trimmed(request.header(name)) + "\n")
                        .collect(Collectors.joining()),
                String.join(";", signed),
                hash(body));
        String scope = String.join("/", date, region, service, "aws4_request");
        String text = String.join("\n", ALGORITHM, request.header("x-amz-date"), scope, hash(canonical));
        byte[] key = ("AWS4" + secretAccessKey).getBytes(UTF_8);
        for (String part : List.of(date, region, service, "aws4_request", text)) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(key);
    }

    /** Without white space around it, and with single spaces in it: "Create a canonical request", CanonicalHeaders. */
    private static String trimmed(String value) {
        return value.trim().replaceAll(" +", " ");
    }

    private static String hash(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
