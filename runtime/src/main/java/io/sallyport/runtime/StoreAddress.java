package io.sallyport.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Firestore database that holds the identities, and how it is reached: {@code firestore:PROJECT/DATABASE} by
 * Google's client library, {@code firestore-rest:PROJECT/DATABASE} over REST. Both name the same database.
 */
public record StoreAddress(String project, String database, boolean overRest) {
    static final String FORM =
            "firestore:PROJECT/DATABASE or firestore-rest:PROJECT/DATABASE, such as firestore:my-project/sallyport";

    private static final Pattern PATTERN =
            Pattern.compile("firestore(-rest)?:([a-z0-9][a-z0-9.:-]{0,62})/(\\(default\\)|[a-z0-9][a-z0-9-]{0,62})");

    /** @throws IllegalArgumentException if it is malformed */
    public static StoreAddress parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("it has another form");
        }
        return new StoreAddress(matcher.group(2), matcher.group(3), matcher.group(1) != null);
    }

    /** Where the managed keys are beside this store, unless configured: {@code DATABASE-keys}, reached in the same way. */
    StoreAddress ofKeys() {
        return new StoreAddress(project, (database.equals("(default)") ? "sallyport" : database) + "-keys", overRest);
    }

    /** Whether both name one database, however it is reached. */
    boolean isSameDatabase(StoreAddress other) {
        return project.equals(other.project) && database.equals(other.database);
    }

    @Override
    public String toString() {
        return (overRest ? "firestore-rest:" : "firestore:") + project + "/" + database;
    }
}
