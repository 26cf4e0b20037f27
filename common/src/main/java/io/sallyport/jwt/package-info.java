/** From a signed JWT as received to a verified one: RFC 7515, RFC 7519, RFC 8725. */
@NullMarked
package io.sallyport.jwt;

import org.jspecify.annotations.NullMarked;
