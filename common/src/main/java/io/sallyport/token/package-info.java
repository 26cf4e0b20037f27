/** The access tokens that Sallyport issues: their policy, their claims, their signature, their uses. */
@NullMarked
package io.sallyport.token;

import org.jspecify.annotations.NullMarked;
