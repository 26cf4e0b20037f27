/** Issuers of JWTs that identities trust: what the auth methods that name one have in common. */
@NullMarked
package io.sallyport.method.issuer;

import org.jspecify.annotations.NullMarked;
