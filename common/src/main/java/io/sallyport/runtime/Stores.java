package io.sallyport.runtime;

import io.sallyport.identity.CachedIdentities;
import io.sallyport.identity.IdentityStore;
import io.sallyport.login.Login;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenStore;

/** Where everything is kept. */
public record Stores(IdentityStore identities, TokenStore tokens) {
    /** What logins need, with these stores. */
    public Login.Services forLogin(Environment environment, Settings settings) {
        return new Login.Services(
                new CachedIdentities(identities, settings.identityCache(), environment.clock()),
                new TokenMinter(settings.issuer().url(), settings.keys().signer()),
                tokens,
                new LogLine(environment),
                environment.clock(),
                environment.ids());
    }
}
