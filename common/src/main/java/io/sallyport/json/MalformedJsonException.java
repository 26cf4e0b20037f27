package io.sallyport.json;

import java.io.Serial;

/** Bytes that are not the strict JSON asked for. The message tells where, never what: the text may hold a credential. */
public final class MalformedJsonException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message) {
        super(message, null, false, false);
    }
}
