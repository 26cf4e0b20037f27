/** The function that makes and encrypts managed signing keys. */
@NullMarked
package io.sallyport.keyrotation;

import org.jspecify.annotations.NullMarked;
