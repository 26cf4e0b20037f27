/** Settings, the environment and the choice of store. */
@NullMarked
package io.sallyport.runtime;

import org.jspecify.annotations.NullMarked;
