package io.sallyport.token;

import java.util.regex.Pattern;

/**
 * One version of an asymmetric key of Cloud KMS, whose private part does not leave it.
 *
 * @param name {@code projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/N}
 */
public record KmsKeyVersion(String name) {
    /** Beginning with no dot: a path that climbs would be another resource. */
    private static final String ID = "[A-Za-z0-9_-][A-Za-z0-9_.:-]{0,62}";

    private static final Pattern FORM = Pattern.compile("projects/" + ID + "/locations/" + ID + "/keyRings/" + ID
            + "/cryptoKeys/" + ID + "/cryptoKeyVersions/[1-9][0-9]{0,9}");

    /** @throws IllegalArgumentException if it is no such name, for one because the version is not in it */
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
