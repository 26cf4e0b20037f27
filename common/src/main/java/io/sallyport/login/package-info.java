/** A login, from the request to the response, in one straight line. */
@NullMarked
package io.sallyport.login;

import org.jspecify.annotations.NullMarked;
