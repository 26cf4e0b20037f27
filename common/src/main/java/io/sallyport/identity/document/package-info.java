/** Identities and their auth methods as documents, and what a provider defines about its auth method. */
@NullMarked
package io.sallyport.identity.document;

import org.jspecify.annotations.NullMarked;
