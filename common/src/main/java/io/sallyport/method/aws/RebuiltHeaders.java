package io.sallyport.method.aws;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The headers that are sent to AWS. A signed header is one of ours, with our value byte for byte; one that the caller
 * signed and did not pass on counts with our value, and one that it passed on unsigned does not count.
 *
 * @param serverId the host of our issuer
 */
record RebuiltHeaders(String serverId) {
    /** What binds a request to this server: ours, and the one that clients of HashiCorp Vault send. */
    static final List<String> SERVER_IDS = List.of("x-sallyport-server-id", "x-vault-aws-iam-server-id");

    private static final String CONTENT_SHA256 = "x-amz-content-sha256";

    /** What we send whether or not it is signed, but for the host. */
    private static final Map<String, String> ALWAYS = Map.of(
            "accept", "application/json",
            "content-type", "application/x-www-form-urlencoded; charset=utf-8");

    /** The length of the body, which our HTTP client sends itself. */
    private static final String LENGTH = String.valueOf(SignedCallerIdentity.BODY.length());

    /** SHA-256 of the body. */
    private static final String HASH = "ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843";

    /** A header cannot hold a line break that would begin another one. */
    private static final Pattern VALUE = Pattern.compile("[!-~]{1,12288}");

    /** @throws Refused {@link Reason#SIGNED_HEADERS_NOT_ALLOWED} */
    Map<String, String> of(SignedCallerIdentity request) throws Refused {
        requireSigned(request);
        Map<String, String> headers = new LinkedHashMap<>(ALWAYS);
        headers.put(SignedCallerIdentity.AUTHORIZATION, request.authorization().header());
        for (String name : request.authorization().signedHeaders()) {
            Optional<String> ours = ours(name);
            String value = ours.isPresent() ? ours.get() : theirs(name, request);
            requireSame(name, value, request);
            if (!name.equals(SignedCallerIdentity.HOST) && !name.equals("content-length")) {
                headers.put(name, value);
            }
        }
        return headers;
    }

    /** Requires the signature to cover whatever protects the request. */
    private static void requireSigned(SignedCallerIdentity request) throws Refused {
        for (String name : List.of(SignedCallerIdentity.HOST, SignedCallerIdentity.DATE)) {
            if (!request.signs(name)) {
                throw notAllowed(name + " is not signed");
            }
        }
        for (String name : List.of(SignedCallerIdentity.TOKEN, SERVER_IDS.get(0), SERVER_IDS.get(1))) {
            if (request.headers().containsKey(name) && !request.signs(name)) {
                throw notAllowed(name + " is sent, and is not signed");
            }
        }
    }

    /** The value of a header that does not depend on the caller. */
    private Optional<String> ours(String name) {
        if (SERVER_IDS.contains(name)) {
            return Optional.of(serverId);
        }
        return switch (name) {
            case "content-length" -> Optional.of(LENGTH);
            case CONTENT_SHA256 -> Optional.of(HASH);
            default -> Optional.ofNullable(ALWAYS.get(name));
        };
    }

    private static String theirs(String name, SignedCallerIdentity request) throws Refused {
        String value = request.headers().getOrDefault(name, "");
        boolean isTaken = switch (name) {
            // Its value was required to be a listed host.
            case SignedCallerIdentity.HOST -> true;
            // The date is parsed later.
            case SignedCallerIdentity.DATE, SignedCallerIdentity.TOKEN ->
                VALUE.matcher(value).matches();
            default -> false;
        };
        if (!isTaken) {
            throw notAllowed(Quoted.quote(name) + " is signed, and its value is none that Sallyport sends");
        }
        return value;
    }

    /** A wrong server id has its own reason. */
    private static void requireSame(String name, String value, SignedCallerIdentity request) throws Refused {
        String found = request.headers().getOrDefault(name, value);
        if (!found.equals(value) && !SERVER_IDS.contains(name)) {
            throw notAllowed("the signed " + name + " is " + Quoted.quote(found) + " and must be " + value);
        }
    }

    private static Refused notAllowed(String detail) {
        return new Refused(Reason.SIGNED_HEADERS_NOT_ALLOWED, detail);
    }
}
