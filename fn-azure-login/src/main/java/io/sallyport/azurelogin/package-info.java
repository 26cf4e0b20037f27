/** The login of Azure workloads, as a function. */
@NullMarked
package io.sallyport.azurelogin;

import org.jspecify.annotations.NullMarked;
