/** HTTP/1.1 for {@code sallyport serve}, by Jetty: requests that two readers could take differently are refused. */
@NullMarked
package io.sallyport.server.http;

import org.jspecify.annotations.NullMarked;
