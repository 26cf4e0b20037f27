/** Clouds on loopback that sign and answer as the real ones do: for tests and for the demo. */
@NullMarked
package io.sallyport.simulated;

import org.jspecify.annotations.NullMarked;
