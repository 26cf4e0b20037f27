/** Sallyport as an OAuth 2.0 authorization server: tokens for every audience, and what becomes of them. */
@NullMarked
package io.sallyport.oauth;

import org.jspecify.annotations.NullMarked;
