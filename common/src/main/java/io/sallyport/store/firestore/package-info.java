/** Identities, use counters and single-use marks in Firestore. */
@NullMarked
package io.sallyport.store.firestore;

import org.jspecify.annotations.NullMarked;
