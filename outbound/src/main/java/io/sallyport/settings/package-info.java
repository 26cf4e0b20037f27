/** Values of environment variables, checked. */
@NullMarked
package io.sallyport.settings;

import org.jspecify.annotations.NullMarked;
