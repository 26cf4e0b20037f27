package io.sallyport.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Firestore database holds the identities: {@code firestore:PROJECT/DATABASE}. */
public record StoreAddress(String project, String database) {
    static final String FORM = "firestore:PROJECT/DATABASE, such as firestore:my-project/sallyport";

    private static final Pattern PATTERN =
            Pattern.compile("firestore:([a-z0-9][a-z0-9.:-]{0,62})/(\\(default\\)|[a-z0-9][a-z0-9-]{0,62})");

    /** @throws IllegalArgumentException if it is of another form */
    public static StoreAddress parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("it is not of that form");
        }
        return new StoreAddress(matcher.group(1), matcher.group(2));
    }

    @Override
    public String toString() {
        return "firestore:" + project + "/" + database;
    }
}
