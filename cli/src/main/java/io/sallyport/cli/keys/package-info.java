/** {@code sallyport keys}: signing keys and their rotation. */
@NullMarked
package io.sallyport.cli.keys;

import org.jspecify.annotations.NullMarked;
