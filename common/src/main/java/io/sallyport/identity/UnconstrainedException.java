package io.sallyport.identity;

import java.io.Serial;

/** An auth method without any constraint, which would admit everybody whom the platform vouches for. */
public final class UnconstrainedException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnconstrainedException(String message) {
        super(message);
    }
}
