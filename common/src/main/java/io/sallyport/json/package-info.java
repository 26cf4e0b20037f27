/** Strict JSON parsing of untrusted bytes. */
@NullMarked
package io.sallyport.json;

import org.jspecify.annotations.NullMarked;
