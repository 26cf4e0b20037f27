/** Commands that manage identities. */
@NullMarked
package io.sallyport.cli.identity;

import org.jspecify.annotations.NullMarked;
