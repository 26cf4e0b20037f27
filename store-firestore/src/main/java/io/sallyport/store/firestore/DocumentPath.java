package io.sallyport.store.firestore;

/**
 * The path of a document.
 *
 * @param collection without a slash
 * @param id without a slash; neither {@code .} nor {@code ..}, nor with two underscores at both ends (Firestore,
 *     "Constraints on document IDs")
 */
record DocumentPath(String collection, String id) {}
