package io.sallyport.token;

/** What an assertion is remembered by once it has been used: the SHA-256 of what was signed, in lower-case hex. */
public record AssertionDigest(String hex) {
    public AssertionDigest {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a SHA-256 digest");
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
