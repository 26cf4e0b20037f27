package io.sallyport.outbound.google;

import java.io.IOException;

/** Temporary credentials of a role of AWS. */
record AwsKeys(String accessKeyId, String secretAccessKey, String sessionToken) {
    /** Where they come from. */
    @FunctionalInterface
    interface Source {
        /** @throws IOException if there are none to be had */
        AwsKeys get() throws IOException;
    }

    /** The id alone, which is no secret. */
    @Override
    public String toString() {
        return "AwsKeys[" + accessKeyId + "]";
    }
}
