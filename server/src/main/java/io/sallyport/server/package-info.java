/** Every route in one process. */
@NullMarked
package io.sallyport.server;

import org.jspecify.annotations.NullMarked;
