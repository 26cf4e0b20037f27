/** The login of Kubernetes workloads, as a function. */
@NullMarked
package io.sallyport.k8slogin;

import org.jspecify.annotations.NullMarked;
