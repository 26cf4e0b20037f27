/** The login of AWS workloads, as a function. */
@NullMarked
package io.sallyport.awslogin;

import org.jspecify.annotations.NullMarked;
