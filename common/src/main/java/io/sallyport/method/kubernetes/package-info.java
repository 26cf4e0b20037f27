/** Kubernetes service accounts. */
@NullMarked
package io.sallyport.method.kubernetes;

import org.jspecify.annotations.NullMarked;
