/** Verifying credentials and admitting identities. */
@NullMarked
package io.sallyport.method;

import org.jspecify.annotations.NullMarked;
