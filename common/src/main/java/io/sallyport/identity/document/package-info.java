/** Identities and their auth methods as documents, and what a provider has to say of its auth method. */
@NullMarked
package io.sallyport.identity.document;

import org.jspecify.annotations.NullMarked;
