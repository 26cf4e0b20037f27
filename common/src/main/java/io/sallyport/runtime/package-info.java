/** The outside world: environment variables, clocks, randomness, HTTP, and the three clouds' function APIs. */
@NullMarked
package io.sallyport.runtime;

import org.jspecify.annotations.NullMarked;
