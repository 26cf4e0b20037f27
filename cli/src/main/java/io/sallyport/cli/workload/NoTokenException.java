package io.sallyport.cli.workload;

import java.io.Serial;
import java.util.Optional;

/** Why there is no token: for the program that asked, and for people; never with anything secret. */
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
     * @param requestId of the request that did not give one, by which the operator finds the reason
     * @param denied whether that was decided, so that trying again is no use
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
