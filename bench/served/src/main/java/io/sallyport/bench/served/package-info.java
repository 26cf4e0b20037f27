/** What runs in the measured processes. */
@NullMarked
package io.sallyport.bench.served;

import org.jspecify.annotations.NullMarked;
