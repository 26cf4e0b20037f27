/** Renewing and revoking sessions, as a function. */
@NullMarked
package io.sallyport.renew;

import org.jspecify.annotations.NullMarked;
