/** {@code sallyport explain}: each check in order. */
@NullMarked
package io.sallyport.cli.explain;

import org.jspecify.annotations.NullMarked;
