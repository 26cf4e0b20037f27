/** What a verifier needs of the network: guarded hosts and their certificate authorities. */
@NullMarked
package io.sallyport.http.outbound;

import org.jspecify.annotations.NullMarked;
