package io.sallyport.token.managed;

import io.sallyport.Refused;

/**
 * Stores one document for each issuer, which holds all its managed keys: readers get a consistent set, and one
 * conditional write decides who rotates.
 */
public interface ManagedKeyStore {
    /**
     * A document as it was read.
     *
     * @param generation counts the writes; 0 if there is no document
     * @param text empty if there is no document
     */
    record Stored(long generation, String text) {
        /** No document. */
        public static final Stored NONE = new Stored(0, "");

        public boolean exists() {
            return generation > 0;
        }
    }

    /** @throws Refused if the store did not answer, or holds something else */
    Stored read(String issuer) throws Refused;

    /**
     * Replaces the document, or creates the first one, if it is still as it was read. Of two writers that read the
     * same generation, at most one succeeds.
     *
     * @return whether it was written; if the answer was lost, it may have been written all the same
     * @throws Refused if the store did not answer: it may have been written
     */
    boolean write(String issuer, Stored read, String text) throws Refused;
}
