/** Credentials for Google Cloud from every cloud, and Cloud KMS. */
@NullMarked
package io.sallyport.outbound.google;

import org.jspecify.annotations.NullMarked;
