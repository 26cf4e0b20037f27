/** The token service: discovery and keys, tokens, introspection and revocation. */
@NullMarked
package io.sallyport.tokenservice;

import org.jspecify.annotations.NullMarked;
