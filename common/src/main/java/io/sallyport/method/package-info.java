/** Verifiers and what they vouch for. */
@NullMarked
package io.sallyport.method;

import org.jspecify.annotations.NullMarked;
