/** The issuer as others see it: discovery and keys. */
@NullMarked
package io.sallyport.tokenservice;

import org.jspecify.annotations.NullMarked;
