/** Programs that measure how fast Sallyport is, and the page that shows it. */
@NullMarked
package io.sallyport.bench;

import org.jspecify.annotations.NullMarked;
