/** Signing keys that Sallyport makes, encrypts, stores, publishes and rotates itself. */
@NullMarked
package io.sallyport.token.managed;

import org.jspecify.annotations.NullMarked;
