package io.sallyport.identity;

import io.sallyport.token.Scopes;

/**
 * A resource that an identity is: who tokens are for, and by whom they are seen at introspection.
 *
 * @param scopes all that its tokens may ever have
 */
public record Audience(Name name, Scopes scopes) {}
