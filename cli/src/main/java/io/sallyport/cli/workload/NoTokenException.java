package io.sallyport.cli.workload;

import java.io.Serial;
import java.util.Optional;

/** Says why there is no token, for the calling program and for people, without secrets. */
final class NoTokenException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient Optional<String> requestId;
    private final boolean denied;

    NoTokenException(String code, String message) {
        this(code, message, Optional.empty(), false);
    }

    /**
     * @param requestId of the refused request, by which the operator finds the reason
     * @param denied whether the request was decided, so that retrying is useless
     */
    NoTokenException(String code, String message, Optional<String> requestId, boolean denied) {
        super(message);
        this.code = code;
        this.requestId = requestId;
        this.denied = denied;
    }

    String code() {
        return code;
    }

    Optional<String> requestId() {
        return requestId;
    }

    boolean isDenied() {
        return denied;
    }

    String explanation() {
        return String.valueOf(getMessage());
    }
}
