package io.sallyport.method.aws;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Assertion;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import io.sallyport.method.VerifierContext;
import io.sallyport.token.AssertionDigest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who signed a request to AWS's security token service, by sending it. The request is built anew, and does not
 * depend on what the caller sent beside the signature: if it is not the request that was signed, AWS refuses it.
 */
public final class AwsVerifier extends Verifier<AwsAuth, AwsAttestation> {
    public static final Check SIGNED_REQUEST =
            new Check("signed_request", "the login is a request signed with AWS Signature Version 4");
    public static final Check CALLER_IDENTITY =
            new Check("caller_identity", "the request asks AWS STS for the caller's identity");
    public static final Check SIGNED_HEADERS =
            new Check("signed_headers", "the signature covers the headers that Sallyport sends");
    public static final Check SERVER_ID = new Check("server_id", "the request is for this server");
    public static final Check SIGNED_AT = new Check("signed_at", "the request was signed a short time ago");
    public static final Check STS = new Check("sts", "AWS recognizes the caller");

    private static final CheckSequence CHECKS = CheckSequence.of(
                    SIGNED_REQUEST, CALLER_IDENTITY, SIGNED_HEADERS, SERVER_ID, SIGNED_AT, STS)
            .then(AwsAuth.CHECKS);

    /** AWS itself refuses older requests: IAM User Guide, "Signature Version 4 request signature failures". */
    static final Duration MAX_AGE = Duration.ofMinutes(15);

    static final Duration MAX_AHEAD = Duration.ofMinutes(5);

    private static final Pattern DATE =
            Pattern.compile("([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z");

    private final Endpoints endpoints;
    private final CallerIdentityCall call;
    private final String serverId;

    /** Where AWS's security token service is reached: at its hosts, but for those that are replaced. */
    public record Endpoints(Map<URI, URI> replaced) {
        public static final Endpoints AWS = new Endpoints(Map.of());

        URI of(String host) {
            URI published = URI.create("https://" + host + "/");
            return replaced.getOrDefault(published, published);
        }
    }

    /** @param ownIssuer our own issuer, whose host requests are signed for */
    public AwsVerifier(Endpoints endpoints, Fetcher fetcher, String ownIssuer) {
        this.endpoints = endpoints;
        this.call = new CallerIdentityCall(fetcher);
        this.serverId = String.valueOf(URI.create(ownIssuer).getHost());
    }

    public static AwsVerifier of(VerifierContext context) {
        return new AwsVerifier(new Endpoints(context.replacedAddresses()), context.fetcher(), context.ownIssuer());
    }

    @Override
    public Class<AwsAuth> type() {
        return AwsAuth.class;
    }

    @Override
    public CheckSequence checks(AwsAuth method) {
        return CHECKS;
    }

    /** The three fields of Infisical's clients, put into one JSON object. */
    @Override
    public Assertion assertion(Map<String, @Nullable Object> fields, List<InvalidField> invalid) {
        String method = Assertion.text(fields, SignedCallerIdentity.METHOD_FIELD, invalid);
        String body = Assertion.text(fields, SignedCallerIdentity.BODY_FIELD, invalid);
        String headers = Assertion.text(fields, SignedCallerIdentity.HEADERS_FIELD, invalid);
        return new Assertion(invalid.isEmpty() ? SignedCallerIdentity.json(method, body, headers) : "");
    }

    /** @throws Refused always: AWS's principals present no JWT here */
    @Override
    public Verified<AwsAttestation> verify(
            UnverifiedJwt jwt, IdentityId identity, AwsAuth method, Instant now, CheckTrace trace) throws Refused {
        trace.at(SIGNED_REQUEST);
        throw SignedCallerIdentity.malformed("it is a JWT");
    }

    /** @param identity not in the request: AWS knows nothing of it */
    @Override
    public Verified<AwsAttestation> verify(
            Assertion assertion, IdentityId identity, AwsAuth method, Instant now, CheckTrace trace) throws Refused {
        trace.at(SIGNED_REQUEST);
        SignedCallerIdentity request = SignedCallerIdentity.parse(assertion.text());
        trace.at(CALLER_IDENTITY);
        String host = requireCallerIdentity(request);
        trace.at(SIGNED_HEADERS);
        Map<String, String> headers = new RebuiltHeaders(serverId).of(request);
        trace.at(SERVER_ID);
        requireServerId(request, method);
        trace.at(SIGNED_AT);
        Instant validUntil = requireFresh(request, now);
        trace.at(STS);
        AwsAttestation caller =
                call.ask(endpoints.of(host), host, request.authorization().region(), headers);
        return verified(
                caller,
                method.isSingleUse()
                        ? Optional.of(new Verified.SingleUse(digest(request), validUntil, Reason.SIGNATURE_REUSED))
                        : Optional.empty());
    }

    /** The host to call. Only early, clear answers are at stake: AWS would refuse another request's signature. */
    private static String requireCallerIdentity(SignedCallerIdentity request) throws Refused {
        if (!request.method().equals("POST")) {
            throw notAllowed("the method is " + Quoted.quote(request.method()) + " and must be POST");
        }
        if (!request.body().equals(SignedCallerIdentity.BODY)) {
            throw notAllowed(
                    "the body is " + Quoted.quote(request.body()) + " and must be " + SignedCallerIdentity.BODY);
        }
        SigV4Authorization authorization = request.authorization();
        if (!authorization.service().equals("sts")) {
            throw notAllowed(
                    "it is signed for the service " + Quoted.quote(authorization.service()) + " and must be for sts");
        }
        String region = authorization.region();
        if (StsHosts.partition(region).isEmpty()) {
            throw notAllowed("it is signed for " + Quoted.quote(region) + ", which is no known region of AWS");
        }
        String host = request.headers().getOrDefault(SignedCallerIdentity.HOST, StsHosts.regional(region));
        if (!StsHosts.isOf(region, host)) {
            throw notAllowed("the host is " + Quoted.quote(host) + ", which is not AWS STS in " + region);
        }
        return host;
    }

    private static Refused notAllowed(String detail) {
        return new Refused(Reason.SIGNED_REQUEST_NOT_ALLOWED, detail);
    }

    private void requireServerId(SignedCallerIdentity request, AwsAuth method) throws Refused {
        boolean names = false;
        for (String header : RebuiltHeaders.SERVER_IDS) {
            String found = request.headers().getOrDefault(header, serverId);
            if (!found.equals(serverId)) {
                throw new Refused(
                        Reason.WRONG_SERVER_ID,
                        header + " is " + Quoted.quote(found) + " and must be " + Quoted.quote(serverId));
            }
            names |= request.signs(header);
        }
        if (method.requiresServerId() && !names) {
            throw new Refused(
                    Reason.WRONG_SERVER_ID,
                    "requireServerId is set and the request has no signed X-Sallyport-Server-Id; it must be "
                            + Quoted.quote(serverId));
        }
    }

    /** The last instant at which the request is accepted. */
    private static Instant requireFresh(SignedCallerIdentity request, Instant now) throws Refused {
        String text = request.headers().getOrDefault(SignedCallerIdentity.DATE, "");
        Instant signedAt = time(text);
        if (!text.startsWith(request.authorization().date())) {
            throw SignedCallerIdentity.malformed("X-Amz-Date is " + text + " and the credential's scope "
                    + request.authorization().date());
        }
        Instant validUntil = signedAt.plus(MAX_AGE);
        if (now.isAfter(validUntil)) {
            throw new Refused(
                    Reason.SIGNATURE_EXPIRED, "it was signed at " + signedAt + " and was good until " + validUntil);
        }
        if (signedAt.isAfter(now.plus(MAX_AHEAD))) {
            throw new Refused(
                    Reason.SIGNATURE_NOT_YET_VALID,
                    "it was signed at " + signedAt + ", more than " + MAX_AHEAD.toMinutes() + " minutes ahead");
        }
        return validUntil;
    }

    private static Instant time(String text) throws Refused {
        Matcher date = DATE.matcher(text);
        if (date.matches()) {
            try {
                int[] parts = new int[6];
                for (int i = 0; i < parts.length; i++) {
                    parts[i] = Integer.parseInt(date.group(i + 1));
                }
                return LocalDateTime.of(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
                        .toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                // The 30th of February, say: as malformed as any other text.
            }
        }
        throw SignedCallerIdentity.malformed(
                "X-Amz-Date is " + Quoted.quote(text) + ", not a time such as" + " 20261130T162931Z");
    }

    /** Identifies the signature whatever else the request says, and whichever identity it is for. */
    private static AssertionDigest digest(SignedCallerIdentity request) {
        SigV4Authorization authorization = request.authorization();
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(("aws-auth\n" + authorization.accessKeyId() + "\n"
                            + request.headers().getOrDefault(SignedCallerIdentity.DATE, "") + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            digest.update(authorization.signatureBytes());
            return new AssertionDigest(HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
