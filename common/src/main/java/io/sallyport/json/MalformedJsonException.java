package io.sallyport.json;

import java.io.Serial;

/** Thrown for bytes that are not strict JSON. The message says where, never what: the text may hold a credential. */
public final class MalformedJsonException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message) {
        super(message, null, false, false);
    }
}
