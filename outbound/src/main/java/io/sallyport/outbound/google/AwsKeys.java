package io.sallyport.outbound.google;

import java.io.IOException;

/** Temporary credentials of an AWS role. */
record AwsKeys(String accessKeyId, String secretAccessKey, String sessionToken) {
    /** Provides the credentials. */
    @FunctionalInterface
    interface Source {
        /** @throws IOException if no credentials are available */
        AwsKeys get() throws IOException;
    }

    /** Shows only the id, which is not secret. */
    @Override
    public String toString() {
        return "AwsKeys[" + accessKeyId + "]";
    }
}
