/** What becomes of a login afterwards: its tokens are used, renewed and revoked. */
@NullMarked
package io.sallyport.session;

import org.jspecify.annotations.NullMarked;
