/** HTTP and TLS to hosts that others name, with every address checked. */
@NullMarked
package io.sallyport.outbound;

import org.jspecify.annotations.NullMarked;
