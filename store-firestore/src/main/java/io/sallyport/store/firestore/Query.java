package io.sallyport.store.firestore;

import java.util.List;
import java.util.Optional;

/** Which documents of a collection are wanted. */
public sealed interface Query {
    String collection();

    /** How many at most. */
    int limit();

    /**
     * Those whose list holds one of the texts. Of what is found, only the paths are read.
     *
     * @param anyOf at most 30 (Firestore, "Query limitations", on {@code array-contains-any})
     */
    record Containing(String collection, String list, List<String> anyOf, int limit) implements Query {}

    /**
     * Those that have a text in a field, in its order and then in that of their ids.
     *
     * @param prefix with which the text begins; empty for all
     * @param after the text and the id of the one before the first
     * @param skip how many of them to leave out first
     */
    record InOrder(String collection, String field, String prefix, Optional<After> after, int skip, int limit)
            implements Query {
        /** Above all other characters: texts are in the order of their UTF-8 (Firestore, "Supported data types"). */
        private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

        /** The text that no text with the prefix comes up to. */
        String prefixEnd() {
            return prefix + LAST_CHARACTER;
        }
    }

    /** Where to go on. */
    record After(String text, String id) {}
}
