/** What runs in the processes that are measured. */
@NullMarked
package io.sallyport.bench.served;

import org.jspecify.annotations.NullMarked;
