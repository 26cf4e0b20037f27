package io.sallyport.token;

/** Identifies a used assertion: the SHA-256 of the signed content, in lower-case hex. */
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
