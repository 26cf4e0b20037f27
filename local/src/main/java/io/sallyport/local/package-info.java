/** Every route in one process on an embedded store. */
@NullMarked
package io.sallyport.local;

import org.jspecify.annotations.NullMarked;
