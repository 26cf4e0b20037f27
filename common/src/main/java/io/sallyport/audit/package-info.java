/** What is decided, and the line that says so. */
@NullMarked
package io.sallyport.audit;

import org.jspecify.annotations.NullMarked;
