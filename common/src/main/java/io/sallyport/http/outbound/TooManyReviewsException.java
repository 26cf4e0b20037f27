package io.sallyport.http.outbound;

import java.io.IOException;
import java.io.Serial;

/** Thrown when a review is not sent because too many to the same cluster are in progress. */
public final class TooManyReviewsException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public TooManyReviewsException(String message) {
        super(message);
    }
}
