/** HTTP and TLS to untrusted hosts, with every address checked. */
@NullMarked
package io.sallyport.outbound;

import org.jspecify.annotations.NullMarked;
