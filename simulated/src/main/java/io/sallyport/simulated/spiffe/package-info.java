/** A SPIFFE trust domain. */
@NullMarked
package io.sallyport.simulated.spiffe;

import org.jspecify.annotations.NullMarked;
