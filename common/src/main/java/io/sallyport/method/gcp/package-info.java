/** Google Cloud workloads. */
@NullMarked
package io.sallyport.method.gcp;

import org.jspecify.annotations.NullMarked;
