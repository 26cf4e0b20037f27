/** Outbound calls of verifiers: guarded hosts and their certificate authorities. */
@NullMarked
package io.sallyport.http.outbound;

import org.jspecify.annotations.NullMarked;
