package io.sallyport.local;

import java.io.Serial;

/** Why there is no token: for the program that asked, and for people; never with anything secret. */
final class NoTokenException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String code;

    NoTokenException(String code, String message) {
        super(message);
        this.code = code;
    }

    String code() {
        return code;
    }

    String explanation() {
        return String.valueOf(getMessage());
    }
}
