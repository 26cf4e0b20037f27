/** JWTs of trusted issuers. */
@NullMarked
package io.sallyport.method.jwtbearer;

import org.jspecify.annotations.NullMarked;
