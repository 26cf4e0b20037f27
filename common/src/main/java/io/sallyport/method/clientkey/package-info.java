/** A client's own keys ({@code private_key_jwt}). */
@NullMarked
package io.sallyport.method.clientkey;

import org.jspecify.annotations.NullMarked;
