/** What every part shares: how a request is refused. */
@NullMarked
package io.sallyport;

import org.jspecify.annotations.NullMarked;
