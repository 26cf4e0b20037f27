/** Identities and token state in Firestore. */
@NullMarked
package io.sallyport.store.firestore;

import org.jspecify.annotations.NullMarked;
