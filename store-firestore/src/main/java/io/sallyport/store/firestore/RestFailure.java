package io.sallyport.store.firestore;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.io.Serial;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A failed call, with its code ({@code google.rpc.Code}). The message is dropped: it may quote documents. */
final class RestFailure extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    static final String ABORTED = "ABORTED";
    static final String ALREADY_EXISTS = "ALREADY_EXISTS";
    static final String DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED";
    static final String FAILED_PRECONDITION = "FAILED_PRECONDITION";
    static final String INTERNAL = "INTERNAL";
    /** Our own code for an answer that is not Firestore's. */
    static final String MALFORMED = "MALFORMED_ANSWER";

    static final String RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED";
    static final String UNAVAILABLE = "UNAVAILABLE";

    private final String code;

    RestFailure(String code) {
        super(code, null, false, false);
        this.code = code;
    }

    /** There was no answer. */
    static RestFailure of(IOException failure) {
        return new RestFailure(failure instanceof SocketTimeoutException ? DEADLINE_EXCEEDED : UNAVAILABLE);
    }

    /** The answer was not 200. */
    static RestFailure of(RestCalls.Answer answer) {
        try {
            // Methods that answer with a list return a list of one error.
            String error = answer.body().trim();
            return of(Json.parseObject(
                            error.startsWith("[") && error.endsWith("]")
                                    ? error.substring(1, error.length() - 1)
                                    : error)
                    .get("error"));
        } catch (MalformedJsonException e) {
            // An intermediary answered.
            return new RestFailure(
                    switch (answer.status()) {
                        case 429 -> RESOURCE_EXHAUSTED;
                        case 500 -> INTERNAL;
                        case 502, 503 -> UNAVAILABLE;
                        case 504 -> DEADLINE_EXCEEDED;
                        default -> "HTTP_" + answer.status();
                    });
        }
    }

    /** @param error as in an answer (Google API design guide, "Errors", HTTP mapping) */
    static RestFailure of(@Nullable Object error) {
        return new RestFailure(
                error instanceof Map<?, ?> object
                                && object.get("status") instanceof String status
                                && Lazy.CODE.matcher(status).matches()
                        ? status
                        : "UNKNOWN");
    }

    private static final class Lazy {
        static final Pattern CODE = Pattern.compile("[A-Z_]{2,40}");
    }

    String code() {
        return code;
    }

    boolean is(String other) {
        return code.equals(other);
    }

    Refused refused() {
        return new Refused(
                code.equals(DEADLINE_EXCEEDED) ? Reason.STORE_TIMEOUT : Reason.STORE_UNAVAILABLE, "Firestore: " + code);
    }
}
