/** Client secrets. */
@NullMarked
package io.sallyport.method.clientsecret;

import org.jspecify.annotations.NullMarked;
