/** The login with a client secret, as a function. */
@NullMarked
package io.sallyport.universallogin;

import org.jspecify.annotations.NullMarked;
