package io.sallyport.http;

/**
 * The address a request came from, as told by the platform or by a trusted hop, never by a header that a caller can
 * set.
 *
 * @param text an IP address in text form; empty if no trusted party told it
 */
public record ClientAddress(String text) {
    public static final ClientAddress UNKNOWN = new ClientAddress("");

    public boolean isKnown() {
        return !text.isEmpty();
    }
}
