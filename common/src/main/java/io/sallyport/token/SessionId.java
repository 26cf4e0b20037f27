package io.sallyport.token;

import java.util.regex.Pattern;

/** Identifies one login and all its renewals: the claim {@code sid}. Not a secret. */
public record SessionId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{16,64}");

    public SessionId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a session id");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
