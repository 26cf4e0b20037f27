package io.sallyport.cli.keys;

import java.io.Serial;

/** Thrown if a key file does not allow the requested step; the file is unchanged. */
public final class KeyFileException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    KeyFileException(String why) {
        super(why, null, false, false);
    }
}
