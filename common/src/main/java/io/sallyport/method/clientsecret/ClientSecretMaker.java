package io.sallyport.method.clientsecret;

import io.sallyport.identity.document.MadeSecret;
import io.sallyport.identity.document.SecretMaker;
import io.sallyport.secret.Secret;
import java.time.Instant;

/** Makes client secrets. */
final class ClientSecretMaker implements SecretMaker {
    @Override
    public String list() {
        return ClientSecretProvider.SECRETS;
    }

    @Override
    public MadeSecret make(String id, byte[] random, Instant now) {
        Secret secret = ClientSecret.make(random);
        ClientSecret stored = ClientSecret.of(id, secret, now);
        return new MadeSecret(stored.id(), secret, stored.createdAt(), ClientSecretProvider.writeSecret(stored));
    }
}
