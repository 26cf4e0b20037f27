package io.sallyport.http.outbound;

import java.io.IOException;
import java.io.Serial;

/** A review that is not sent, because too many of the same cluster are under way. */
public final class TooManyReviewsException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public TooManyReviewsException(String message) {
        super(message);
    }
}
