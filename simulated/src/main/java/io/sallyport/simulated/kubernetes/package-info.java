/** Kubernetes clusters. */
@NullMarked
package io.sallyport.simulated.kubernetes;

import org.jspecify.annotations.NullMarked;
