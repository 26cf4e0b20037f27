/** Azure managed identities. */
@NullMarked
package io.sallyport.method.azure;

import org.jspecify.annotations.NullMarked;
