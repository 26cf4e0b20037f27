/** The login of Google Cloud workloads, as a function. */
@NullMarked
package io.sallyport.gcplogin;

import org.jspecify.annotations.NullMarked;
