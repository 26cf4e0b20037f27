package io.sallyport.cli.workload;

import java.net.URI;

/** What a platform gives its workload to prove itself with. */
sealed interface PlatformToken permits GcpMetadata, AzureImds, ProjectedToken {
    String PLATFORM_UNAVAILABLE = "PLATFORM_UNAVAILABLE";

    /**
     * A fresh one, in compact form.
     *
     * @throws NoTokenException if the platform does not give one
     */
    String get() throws NoTokenException;

    /** @throws NoTokenException if there is no text, or it is not what a JWT is made of */
    static String checked(String from, String text) throws NoTokenException {
        String token = text.strip();
        // RFC 7515 §3.1: nothing else can be in a JWT, and nothing else goes into a request.
        if (!token.matches("[A-Za-z0-9_=-]+(?:\\.[A-Za-z0-9_=-]+){2}")) {
            throw new NoTokenException(PLATFORM_UNAVAILABLE, from + " gave no token");
        }
        return token;
    }

    /** @throws NoTokenException if it is no http address of a host */
    static URI server(String variable, String address) throws NoTokenException {
        if (!address.matches("http://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?")) {
            throw new NoTokenException("INVALID_CONFIGURATION", variable + " names no host");
        }
        return URI.create(address);
    }
}
