package io.sallyport.token;

/** Names one login and all its renewals: the claim {@code sid}. Not a secret. */
public record SessionId(String value) {
    public SessionId {
        if (!value.matches("[A-Za-z0-9_-]{16,64}")) {
            throw new IllegalArgumentException("not a session id");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
