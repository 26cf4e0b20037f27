/** The packaged archives, run as the three clouds run them. */
@NullMarked
package io.sallyport.platforms;

import org.jspecify.annotations.NullMarked;
