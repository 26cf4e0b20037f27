/** Strict JSON, read from bytes that nobody vouches for. */
@NullMarked
package io.sallyport.json;

import org.jspecify.annotations.NullMarked;
