/** Identities and token state in SQLite. */
@NullMarked
package io.sallyport.store.sqlite;

import org.jspecify.annotations.NullMarked;
