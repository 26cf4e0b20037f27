package io.sallyport.secret;

import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/** The key that encrypts stored secrets: {@code SALLYPORT_ENCRYPTION_KEY}. */
public sealed interface EncryptionKey {
    String FORM = "32 random bytes in base64, or gcpkms:projects/…/locations/…/keyRings/…/cryptoKeys/…";

    /** A key of our own. */
    final class Own implements EncryptionKey {
        private static final int BYTES = 32;

        private final byte[] bytes;

        /** @throws IllegalArgumentException unless it has 32 bytes */
        public Own(byte[] bytes) {
            if (bytes.length != BYTES) {
                throw new IllegalArgumentException("it has " + bytes.length + " bytes");
            }
            this.bytes = Arrays.copyOf(bytes, BYTES);
        }

        public byte[] bytes() {
            return Arrays.copyOf(bytes, BYTES);
        }

        /** Never the key itself. */
        @Override
        public String toString() {
            return "EncryptionKey[" + BYTES + " bytes]";
        }
    }

    /**
     * A key of Cloud KMS, which never leaves it.
     *
     * @param name {@code projects/…/locations/…/keyRings/…/cryptoKeys/…}
     */
    record CloudKms(String name) implements EncryptionKey {
        static final String PREFIX = "gcpkms:";

        private static final String ID = "[A-Za-z0-9_.:-]{1,63}";
        private static final Pattern FORM =
                Pattern.compile("projects/" + ID + "/locations/" + ID + "/keyRings/" + ID + "/cryptoKeys/" + ID);

        public CloudKms {
            if (!FORM.matcher(name).matches()) {
                throw new IllegalArgumentException("it is not the name of a key of Cloud KMS");
            }
        }
    }

    /** @throws IllegalArgumentException if it is neither; the message omits the value */
    static EncryptionKey parse(String text) {
        String trimmed = text.trim();
        if (trimmed.startsWith(CloudKms.PREFIX)) {
            return new CloudKms(trimmed.substring(CloudKms.PREFIX.length()));
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(trimmed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it is not base64");
        }
        return new Own(bytes);
    }
}
