package io.sallyport.tokenservice;

import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.method.AssertionAuthenticator;
import io.sallyport.method.clientkey.ClientKeyVerifier;
import io.sallyport.oauth.ClientAuthenticator;
import io.sallyport.runtime.Settings;
import java.util.Set;

/** Authenticates clients, in the same way at every endpoint. */
final class Clients {
    private Clients() {}

    static ClientAuthenticator authenticator(
            CachedIdentities identities, AssertionAuthenticator assertions, Settings settings) {
        String issuer = settings.issuer().url();
        return new ClientAuthenticator(
                identities, assertions, new ClientKeyVerifier(Set.of(issuer, issuer + Discovery.TOKEN)));
    }
}
