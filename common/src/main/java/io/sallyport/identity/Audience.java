package io.sallyport.identity;

import io.sallyport.token.Scopes;

/**
 * A resource that an identity serves: tokens name it as their audience, and its owner may introspect them.
 *
 * @param scopes all scopes that its tokens may have
 */
public record Audience(Name name, Scopes scopes) {}
