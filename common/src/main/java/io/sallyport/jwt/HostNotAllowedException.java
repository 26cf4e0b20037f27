package io.sallyport.jwt;

import java.io.IOException;
import java.io.Serial;

/** Thrown when a host resolves to an address to which nothing is sent, such as a metadata server's. */
public final class HostNotAllowedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public HostNotAllowedException(String message) {
        super(message);
    }
}
