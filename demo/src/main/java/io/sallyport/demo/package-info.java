/** {@code sallyport demo}: logins against simulated clouds. */
@NullMarked
package io.sallyport.demo;

import org.jspecify.annotations.NullMarked;
