/** ID tokens of an OpenID provider. */
@NullMarked
package io.sallyport.method.oidc;

import org.jspecify.annotations.NullMarked;
