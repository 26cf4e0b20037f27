package io.sallyport.oauth;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Response;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The errors of an OAuth endpoint (RFC 6749 §5.2, RFC 8707 §2). Each has a fixed text, whatever the reason: the
 * operator finds that by the request id.
 */
enum OAuthError {
    INVALID_REQUEST(400, "The request is malformed, a parameter is missing, or a subject token was not admitted."),
    INVALID_CLIENT(401, "Client authentication failed."),
    INVALID_TOKEN(401, "Authenticate with an access token that is valid here."),
    INVALID_GRANT(400, "The credential was not admitted. Give the reqId to your operator to learn why."),
    UNAUTHORIZED_CLIENT(400, "This client may not do that with this token."),
    UNSUPPORTED_GRANT_TYPE(400, "There is no such grant type here."),
    INVALID_SCOPE(400, "A scope is not granted for this audience."),
    INVALID_TARGET(400, "The audience is not granted to this client.");

    private final int status;
    private final String description;

    OAuthError(int status, String description) {
        this.status = status;
        this.description = description;
    }

    /** The error for a reason, without further context. */
    static OAuthError of(Reason reason) {
        if (reason == Reason.CLIENT_SECRET_USED_UP) {
            // Found out last, when the use is taken, and answered as a wrong secret is.
            return INVALID_CLIENT;
        }
        return switch (reason.kind()) {
            case MALFORMED, MEDIA_TYPE, INVALID_FIELDS -> INVALID_REQUEST;
            case GRANT_TYPE -> UNSUPPORTED_GRANT_TYPE;
            case UNAUTHENTICATED_CLIENT -> INVALID_CLIENT;
            case TARGET -> INVALID_TARGET;
            case SCOPE -> INVALID_SCOPE;
            case EXCHANGE, NOT_OWNER -> UNAUTHORIZED_CLIENT;
            default -> INVALID_GRANT;
        };
    }

    /** The error for a client that could not be authenticated. */
    static OAuthError ofClient(Reason reason) {
        OAuthError error = of(reason);
        return error == INVALID_REQUEST ? error : INVALID_CLIENT;
    }

    /**
     * The error for a refused token exchange. A subject token that is not admitted makes the request invalid (RFC 8693
     * §2.2.2), and so do its actors.
     */
    static OAuthError ofExchange(Refused refused) {
        OAuthError error = of(refused.reason());
        boolean isOfActor = refused.claim().filter("act"::equals).isPresent();
        return error == INVALID_GRANT || isOfActor ? INVALID_REQUEST : error;
    }

    /** The response, recorded in the audit. What could not be decided is never answered as a denial. */
    Response answer(Refused refused, Audit audit) {
        audit.refused(refused);
        String id = audit.request().id();
        Reason.Kind kind = refused.reason().kind();
        if (kind == Reason.Kind.NOT_CONFIGURED) {
            return body(
                    503,
                    "server_error",
                    "Cannot check: the configuration does not allow it. Give the reqId to your operator.",
                    id);
        }
        if (refused.reason().isUndecided()) {
            return body(
                            kind == Reason.Kind.TIMEOUT ? 504 : 503,
                            "temporarily_unavailable",
                            "Could not check now; try again.",
                            id)
                    .with("Retry-After", String.valueOf(kind.retryAfterSeconds()));
        }
        Response response = body(status, name().toLowerCase(Locale.ROOT), description, id);
        return switch (this) {
            // RFC 6749 §5.2, RFC 7617 §2.
            case INVALID_CLIENT -> response.with("WWW-Authenticate", "Basic realm=\"sallyport\", charset=\"UTF-8\"");
            // RFC 6750 §3.1.
            case INVALID_TOKEN -> response.with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
            default -> response;
        };
    }

    private static Response body(int status, String error, String description, String requestId) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        body.put("error_description", description);
        body.put("reqId", requestId);
        return Response.json(status, body);
    }
}
