/** Sessions after the login: using, renewing and revoking their tokens. */
@NullMarked
package io.sallyport.session;

import org.jspecify.annotations.NullMarked;
