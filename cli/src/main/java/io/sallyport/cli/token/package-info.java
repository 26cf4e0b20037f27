/** {@code sallyport token}: access tokens. */
@NullMarked
package io.sallyport.cli.token;

import org.jspecify.annotations.NullMarked;
