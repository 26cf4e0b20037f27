/** Identities and use counters in Firestore. */
@NullMarked
package io.sallyport.store.firestore;

import org.jspecify.annotations.NullMarked;
