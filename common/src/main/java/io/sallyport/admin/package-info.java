/** Managing identities, for the HTTP API and the command line. */
@NullMarked
package io.sallyport.admin;

import org.jspecify.annotations.NullMarked;
