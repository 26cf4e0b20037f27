package io.sallyport.http;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a refusal is answered: {@code {"reqId", "statusCode", "message", "error"}}, as Infisical's clients expect.
 *
 * <p>Whatever was wrong with a credential, the caller gets the same answer; the operator finds the reason by the
 * request id.
 */
public final class ErrorResponse {
    private static final String DENIED =
            "Access denied: the credential was not admitted. Give the reqId to your operator" + " to learn why.";

    private ErrorResponse() {}

    public static Response of(Refused refused, String requestId) {
        Reason.Kind kind = refused.reason().kind();
        return switch (kind) {
            case MALFORMED, GRANT_TYPE -> error(400, "BadRequest", "The request is malformed.", requestId);
            case BODY_TOO_LARGE ->
                error(413, "PayloadTooLarge", "The body is larger than " + Body.MAX_COUNT + " bytes.", requestId);
            case MEDIA_TYPE ->
                error(
                        415,
                        "UnsupportedMediaType",
                        "Send application/json or application/x-www-form-urlencoded, in UTF-8.",
                        requestId);
            case INVALID_FIELDS -> error(422, "ValidationFailure", issues(refused.fields()), requestId);
            case UNPROVEN, FORBIDDEN, UNAUTHENTICATED_CLIENT, TARGET, SCOPE, EXCHANGE ->
                error(401, "UnauthorizedError", DENIED, requestId);
            case TOKEN_EXPIRED ->
                error(403, "TokenError", "Your token has expired. Please re-authenticate.", requestId);
            case TOKEN_INVALID ->
                error(403, "TokenError", "Your token is not valid. Please re-authenticate.", requestId);
            case NO_TOKEN ->
                error(401, "UnauthorizedError", "Send an access token as bearer.", requestId)
                        // RFC 6750 §3.
                        .with("WWW-Authenticate", "Bearer realm=\"sallyport\"");
            case ROLE -> error(403, "ForbiddenError", "The identity's role does not allow that.", requestId);
            case NO_IDENTITY -> error(404, "NotFound", "There is no such identity.", requestId);
            case ABSENT -> error(404, "NotFound", problem(refused), requestId);
            case EXISTS -> error(409, "Conflict", "There is such an identity already.", requestId);
            case NOT_POSSIBLE -> error(400, "BadRequest", problem(refused), requestId);
            case CONFLICT -> error(409, "Conflict", problem(refused), requestId);
            case NAME_TAKEN -> error(409, "Conflict", "Another identity has that name.", requestId);
            case MISUSE, NOT_OWNER -> error(403, "ForbiddenError", "This token may not be used so.", requestId);
            case UNAVAILABLE, TOO_SOON ->
                error(503, "ServiceUnavailable", "Could not check the credential now; try again.", requestId)
                        .with("Retry-After", String.valueOf(kind.retryAfterSeconds()));
            case NOT_CONFIGURED ->
                error(
                        503,
                        "ServiceUnavailable",
                        "Cannot check the credential: the configuration does not allow it. Give the reqId to your"
                                + " operator.",
                        requestId);
            case TIMEOUT ->
                error(504, "GatewayTimeoutError", "Could not check the credential in time; try again.", requestId)
                        .with("Retry-After", String.valueOf(kind.retryAfterSeconds()));
            case BUG -> error(500, "InternalServerError", "Something went wrong on our side.", requestId);
        };
    }

    private static String problem(Refused refused) {
        return refused.fields().stream()
                .findFirst()
                .map(field -> Character.toUpperCase(field.problem().charAt(0))
                        + field.problem().substring(1) + ".")
                .orElse("That cannot be done.");
    }

    private static List<Map<String, Object>> issues(List<InvalidField> fields) {
        return fields.stream()
                .map(field -> Map.<String, Object>of("path", List.of(field.name()), "message", field.problem()))
                .toList();
    }

    public static Response notFound(String requestId) {
        return error(404, "NotFound", "There is nothing at this path.", requestId);
    }

    public static Response methodNotAllowed(List<String> allowed, String requestId) {
        return error(405, "MethodNotAllowed", "This path does not take that method.", requestId)
                .with("Allow", String.join(", ", allowed));
    }

    /**
     * A request that the HTTP server refuses before any handler runs.
     *
     * @param status 400 to 599
     */
    public static Response ofServer(int status, String requestId) {
        return switch (status) {
            case 404 -> notFound(requestId);
            case 408 -> error(408, "RequestTimeout", "The request did not arrive in time.", requestId);
            case 414 -> error(414, "URITooLong", "The path and query are too long.", requestId);
            case 417 ->
                error(417, "ExpectationFailed", "The only expectation that can be met is 100-continue.", requestId);
            case 431 -> error(431, "RequestHeaderFieldsTooLarge", "The header fields are too large.", requestId);
            case 505 -> error(505, "HTTPVersionNotSupported", "Send HTTP/1.1.", requestId);
            default ->
                status < 500
                        ? error(status, "BadRequest", "The request is malformed.", requestId)
                        : error(status, "InternalServerError", "Something went wrong on our side.", requestId);
        };
    }

    private static Response error(int status, String error, Object message, String requestId) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("reqId", requestId);
        body.put("statusCode", status);
        body.put("message", message);
        body.put("error", error);
        return Response.json(status, body);
    }
}
