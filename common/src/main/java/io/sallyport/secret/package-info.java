/** Secrets and their encryption. */
@NullMarked
package io.sallyport.secret;

import org.jspecify.annotations.NullMarked;
