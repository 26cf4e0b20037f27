@NullMarked
package io.sallyport.simulated;

import org.jspecify.annotations.NullMarked;
