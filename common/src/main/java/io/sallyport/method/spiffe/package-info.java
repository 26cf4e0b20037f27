/** JWT-SVIDs of a SPIFFE trust domain. */
@NullMarked
package io.sallyport.method.spiffe;

import org.jspecify.annotations.NullMarked;
