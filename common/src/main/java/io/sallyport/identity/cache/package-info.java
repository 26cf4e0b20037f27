/** Identities kept for a few seconds, and reads that tell strangers nothing. */
@NullMarked
package io.sallyport.identity.cache;

import org.jspecify.annotations.NullMarked;
