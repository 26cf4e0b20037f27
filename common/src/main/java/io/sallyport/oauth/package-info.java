/** Sallyport as an OAuth 2.0 authorization server: issuing, exchanging, introspecting and revoking tokens. */
@NullMarked
package io.sallyport.oauth;

import org.jspecify.annotations.NullMarked;
