/** JWTs of an issuer whose keys are at an address, or configured. */
@NullMarked
package io.sallyport.method.jwt;

import org.jspecify.annotations.NullMarked;
