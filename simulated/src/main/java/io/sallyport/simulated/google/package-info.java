/** Google Cloud. */
@NullMarked
package io.sallyport.simulated.google;

import org.jspecify.annotations.NullMarked;
