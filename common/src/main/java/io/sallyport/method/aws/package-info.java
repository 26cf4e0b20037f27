/** Workloads of AWS, which sign a request for us to send. */
@NullMarked
package io.sallyport.method.aws;

import org.jspecify.annotations.NullMarked;
