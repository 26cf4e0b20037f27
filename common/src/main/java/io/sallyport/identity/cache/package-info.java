/** Identities cached for a few seconds, and reads whose timing tells strangers nothing. */
@NullMarked
package io.sallyport.identity.cache;

import org.jspecify.annotations.NullMarked;
