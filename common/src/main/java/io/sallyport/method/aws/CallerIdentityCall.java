package io.sallyport.method.aws;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.jwt.Fetcher;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks AWS's security token service who signed a request: AWS STS API Reference, {@code GetCallerIdentity}. */
record CallerIdentityCall(Fetcher fetcher) {
    /**
     * The codes that say that the caller is to blame: AWS STS API Reference, "Common Error Types". With any other,
     * nothing was found out.
     */
    private static final Set<String> CALLERS_FAULT = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "NotAuthorized",
            "OptInRequired",
            "RegionDisabledException",
            "RequestExpired",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern USER_ID = Pattern.compile("[\\w:+=,.@-]{1,256}");

    /**
     * @param host for the operator
     * @param region a listed one
     * @throws Refused {@link Reason#CALLER_NOT_RECOGNIZED}; {@link Reason#STS_UNAVAILABLE} or {@link
     *     Reason#STS_TIMEOUT} if that could not be found out
     */
    AwsAttestation ask(URI uri, String host, String region, Map<String, String> headers) throws Refused {
        Fetcher.Fetched answer = post(uri, host, headers);
        if (answer.status() != 200) {
            throw refused(answer, host);
        }
        Map<?, ?> result =
                member(member(object(answer.body(), host), "GetCallerIdentityResponse"), "GetCallerIdentityResult");
        String account = text(result.get("Account"));
        String userId = text(result.get("UserId"));
        Optional<CallerArn> arn = CallerArn.parse(text(result.get("Arn")));
        if (arn.isEmpty()
                || !ACCOUNT.matcher(account).matches()
                || !USER_ID.matcher(userId).matches()) {
            throw unusable(host, "does not say who the caller is: its Arn is " + Quoted.quote(text(result.get("Arn"))));
        }
        if (!arn.get().account().equals(account)
                || !arn.get().partition().equals(StsHosts.partition(region).orElse(""))) {
            throw unusable(
                    host,
                    "contradicts itself: account " + account + ", region " + region + ", and "
                            + Quoted.quote(arn.get().text()));
        }
        return new AwsAttestation(arn.get(), userId);
    }

    private Fetcher.Fetched post(URI uri, String host, Map<String, String> headers) throws Refused {
        try {
            return fetcher.post(uri, headers, SignedCallerIdentity.BODY.getBytes(StandardCharsets.US_ASCII));
        } catch (SocketTimeoutException e) {
            throw new Refused(Reason.STS_TIMEOUT, host + " did not answer in time");
        } catch (IOException e) {
            throw new Refused(
                    Reason.STS_UNAVAILABLE, host + " did not answer: " + Quoted.quote(String.valueOf(e.getMessage())));
        }
    }

    /** Only the code is logged: some messages of AWS repeat the request, with its session token. */
    private static Refused refused(Fetcher.Fetched answer, String host) throws Refused {
        if (answer.status() < 400) {
            return unusable(host, "has status " + answer.status());
        }
        String code = text(member(object(answer.body(), host), "Error").get("Code"));
        return CALLERS_FAULT.contains(code)
                ? new Refused(Reason.CALLER_NOT_RECOGNIZED, host + " says " + code)
                : unusable(host, "has status " + answer.status() + " and code " + Quoted.quote(code));
    }

    private static Map<String, @Nullable Object> object(String json, String host) throws Refused {
        try {
            return Json.parseObject(json);
        } catch (MalformedJsonException e) {
            throw unusable(host, "is no JSON object: " + e.getMessage());
        }
    }

    private static Refused unusable(String host, String why) {
        return new Refused(Reason.STS_UNAVAILABLE, "the answer of " + host + " " + why);
    }

    private static Map<?, ?> member(Map<?, ?> object, String name) {
        return object.get(name) instanceof Map<?, ?> member ? member : Map.of();
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }
}
