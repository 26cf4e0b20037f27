package io.sallyport.store.firestore;

import java.util.List;
import java.util.Optional;

/** A query for documents of a collection. */
public sealed interface Query {
    String collection();

    /** The most documents to return. */
    int limit();

    /**
     * Documents whose list holds one of the texts. Only the paths are read.
     *
     * @param anyOf at most 30 (Firestore, "Query limitations", on {@code array-contains-any})
     */
    record Containing(String collection, String list, List<String> anyOf, int limit) implements Query {}

    /**
     * Documents with a text in a field, ordered by it and then by their ids.
     *
     * @param prefix of the text; empty for all
     * @param after the text and the id of the last document before
     * @param skip how many to skip first
     */
    record InOrder(String collection, String field, String prefix, Optional<After> after, int skip, int limit)
            implements Query {
        /** Sorts after all other characters: texts are ordered by their UTF-8 (Firestore, "Supported data types"). */
        private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

        /** The exclusive upper bound of texts with the prefix. */
        String prefixEnd() {
            return prefix + LAST_CHARACTER;
        }
    }

    /** Where the query continues. */
    record After(String text, String id) {}
}
