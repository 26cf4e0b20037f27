package io.sallyport.simulated.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.simulated.Query;
import java.io.Serial;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Recognizes the signer of a request as AWS's security token service does, with its codes and messages: IAM User Guide,
 * "Troubleshoot Signature Version 4 signing for AWS API requests".
 *
 * @param regions the region of each host
 */
record AwsStsCheck(SimulatedAws aws, Map<String, String> regions, InstantSource clock) {
    /** Older requests, and requests from further ahead, are refused. */
    private static final Duration SKEW = Duration.ofMinutes(15);

    /** Why a request is refused. */
    static final class RefusedException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient AwsStsRefusal refusal;

        private RefusedException(AwsStsRefusal refusal) {
            super(refusal.code());
            this.refusal = refusal;
        }

        AwsStsRefusal refusal() {
            return refusal;
        }
    }

    AwsPrincipal caller(AwsStsServer.Received received) throws RefusedException {
        if (!received.headers().containsKey("authorization")) {
            throw refused("MissingAuthenticationToken", "Request is missing Authentication Token");
        }
        SignedRequest request = new SignedRequest(
                received.method(), URI.create("https://" + received.host() + "/"), received.headers());
        AwsSignature signature = request.signature()
                .orElseThrow(() -> new RefusedException(new AwsStsRefusal(
                        400, "IncompleteSignature", "Authorization header requires 'Credential' parameter.")));
        requireSignedHeaders(signature, received);
        requireScope(signature, request, received.host());
        AwsKeys keys = keys(signature, request);
        requireSignature(signature, request, received.body(), keys);
        requireAction(received.body());
        return keys.principal();
    }

    private static void requireSignedHeaders(AwsSignature signature, AwsStsServer.Received received)
            throws RefusedException {
        if (!signature.signed().contains("host")) {
            throw notMatched("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }
        for (String name : received.headers().keySet()) {
            if (name.startsWith("x-amz-") && !signature.signed().contains(name)) {
                throw notMatched("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
            }
        }
        for (String name : signature.signed()) {
            if (!received.headers().containsKey(name)) {
                throw notMatched("The request signature we calculated does not match the signature you provided.");
            }
        }
    }

    private void requireScope(AwsSignature signature, SignedRequest request, String host) throws RefusedException {
        if (!signature.region().equals(regions.get(host))) {
            throw notMatched("Credential should be scoped to a valid region. ");
        }
        if (!signature.service().equals("sts")) {
            throw notMatched("Credential should be scoped to correct service: 'sts'. ");
        }
        Optional<Instant> date = request.date();
        if (date.isEmpty()) {
            throw new RefusedException(new AwsStsRefusal(
                    400,
                    "IncompleteSignature",
                    "Date must be in ISO-8601 'basic format'. Got '" + request.header("x-amz-date") + "'."));
        }
        if (!request.header("x-amz-date").startsWith(signature.date())) {
            throw notMatched("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from"
                    + " HTTP: '" + signature.date() + "' != '"
                    + request.header("x-amz-date").substring(0, 8) + "'.");
        }
        Instant now = clock.instant();
        if (date.get().isBefore(now.minus(SKEW))) {
            throw notMatched("Signature expired: " + request.header("x-amz-date") + " is now earlier than "
                    + now.minus(SKEW) + " (" + now + " - 15 min.)");
        }
        if (date.get().isAfter(now.plus(SKEW))) {
            throw notMatched("Signature not yet current: " + request.header("x-amz-date") + " is still later than "
                    + now.plus(SKEW) + " (" + now + " + 15 min.)");
        }
    }

    private AwsKeys keys(AwsSignature signature, SignedRequest request) throws RefusedException {
        AwsKeys keys = aws.keys(signature.accessKeyId()).orElseThrow(AwsStsCheck::unknown);
        String token = keys.credentials().sessionToken();
        if (!request.header("x-amz-security-token").equals(token)
                || !partition(request.url().getHost()).equals(keys.partition())) {
            throw unknown();
        }
        if (keys.expiry().isPresent() && !clock.instant().isBefore(keys.expiry().get())) {
            throw refused("ExpiredToken", "The security token included in the request is expired");
        }
        return keys;
    }

    private static String partition(String host) {
        if (host.endsWith(".cn")) {
            return "aws-cn";
        }
        if (host.endsWith(".eu")) {
            return "aws-eusc";
        }
        return host.contains(".us-gov-") ? "aws-us-gov" : "aws";
    }

    private static void requireSignature(AwsSignature signature, SignedRequest request, String body, AwsKeys keys)
            throws RefusedException {
        String expected = signature.expected(request, body, keys.credentials().secretAccessKey());
        if (!MessageDigest.isEqual(signature.hex().getBytes(UTF_8), expected.getBytes(UTF_8))) {
            throw notMatched("The request signature we calculated does not match the signature you provided. Check your"
                    + " AWS Secret Access Key and signing method. Consult the service documentation for details.");
        }
    }

    private static void requireAction(String body) throws RefusedException {
        Query parameters = new Query(URI.create("https://sts.amazonaws.com/?" + body));
        if (!parameters.value("Action").equals("GetCallerIdentity")
                || !parameters.value("Version").equals("2011-06-15")) {
            throw new RefusedException(new AwsStsRefusal(
                    400,
                    "InvalidAction",
                    "Could not find operation " + parameters.value("Action") + " for version "
                            + parameters.value("Version")));
        }
    }

    private static RefusedException unknown() {
        return refused("InvalidClientTokenId", "The security token included in the request is invalid.");
    }

    private static RefusedException notMatched(String message) {
        return refused("SignatureDoesNotMatch", message);
    }

    private static RefusedException refused(String code, String message) {
        return new RefusedException(AwsStsRefusal.of(code, message));
    }
}
