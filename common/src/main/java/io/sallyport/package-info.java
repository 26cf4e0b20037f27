/** Shared by every part: how a request is refused. */
@NullMarked
package io.sallyport;

import org.jspecify.annotations.NullMarked;
