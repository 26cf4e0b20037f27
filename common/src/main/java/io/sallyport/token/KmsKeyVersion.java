package io.sallyport.token;

import java.util.regex.Pattern;

/**
 * One version of an asymmetric key of Cloud KMS, whose private part never leaves it.
 *
 * @param name {@code projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/N}
 */
public record KmsKeyVersion(String name) {
    /** No leading dot: "." and ".." would climb to another resource. */
    private static final String ID = "[A-Za-z0-9_-][A-Za-z0-9_.:-]{0,62}";

    private static final Pattern FORM = Pattern.compile("projects/" + ID + "/locations/" + ID + "/keyRings/" + ID
            + "/cryptoKeys/" + ID + "/cryptoKeyVersions/[1-9][0-9]{0,9}");

    /** @throws IllegalArgumentException if it is not such a name, for example because it lacks the version */
    public KmsKeyVersion {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException("kms must be the name of a key version of Cloud KMS:"
                    + " projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/N");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
