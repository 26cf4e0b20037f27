package io.sallyport.cli.workload;

import java.net.URI;

/** A platform's credential for its workload. */
sealed interface PlatformToken permits GcpMetadata, AzureImds, ProjectedToken {
    String PLATFORM_UNAVAILABLE = "PLATFORM_UNAVAILABLE";

    /**
     * Gets a fresh token, in compact form.
     *
     * @throws NoTokenException if the platform does not issue one
     */
    String get() throws NoTokenException;

    /**
     * Returns the text of a token.
     *
     * @throws NoTokenException if it is empty, or has characters that no JWT has
     */
    static String checked(String from, String text) throws NoTokenException {
        String token = text.strip();
        // RFC 7515 §3.1: a JWT has no other characters, and nothing else goes into a request.
        if (!token.matches("[A-Za-z0-9_=-]+(?:\\.[A-Za-z0-9_=-]+){2}")) {
            throw new NoTokenException(PLATFORM_UNAVAILABLE, from + " returned no token");
        }
        return token;
    }

    /** @throws NoTokenException if it is not an http address of a host */
    static URI server(String variable, String address) throws NoTokenException {
        if (!address.matches("http://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?")) {
            throw new NoTokenException("INVALID_CONFIGURATION", variable + " names no host");
        }
        return URI.create(address);
    }
}
