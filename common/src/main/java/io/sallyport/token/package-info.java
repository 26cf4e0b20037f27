/** The access tokens that Sallyport issues: their policy, claims, signature and uses. */
@NullMarked
package io.sallyport.token;

import org.jspecify.annotations.NullMarked;
