/** Google's workload identity federation. */
@NullMarked
package io.sallyport.simulated.federation;

import org.jspecify.annotations.NullMarked;
