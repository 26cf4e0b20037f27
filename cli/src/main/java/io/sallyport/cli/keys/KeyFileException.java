package io.sallyport.cli.keys;

import java.io.Serial;

/** A key file with which nothing can be done as it was asked for; it is as it was before. */
public final class KeyFileException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    KeyFileException(String why) {
        super(why, null, false, false);
    }
}
