/** Who may log in and how: identities, auth methods, and the verifiers of each platform. */
@NullMarked
package io.sallyport.identity;

import org.jspecify.annotations.NullMarked;
