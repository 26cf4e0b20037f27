/** Programs that measure Sallyport's speed, and the page that shows it. */
@NullMarked
package io.sallyport.bench;

import org.jspecify.annotations.NullMarked;
