/** The logins of workloads with a JWT of an issuer that their identity trusts, as a function. */
@NullMarked
package io.sallyport.jwtlogin;

import org.jspecify.annotations.NullMarked;
