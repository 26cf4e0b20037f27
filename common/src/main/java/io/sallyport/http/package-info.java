/** A request and its response, without any cloud's types. */
@NullMarked
package io.sallyport.http;

import org.jspecify.annotations.NullMarked;
