/** Identities, use counters and single-use marks in Firestore: by Google's client library, or by its REST interface. */
@NullMarked
package io.sallyport.store.firestore;

import org.jspecify.annotations.NullMarked;
