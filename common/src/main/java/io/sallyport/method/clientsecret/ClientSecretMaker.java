package io.sallyport.method.clientsecret;

import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.MadeSecret;
import io.sallyport.identity.document.SecretMaker;
import io.sallyport.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes client secrets. */
final class ClientSecretMaker implements SecretMaker {
    @Override
    public String list() {
        return ClientSecretProvider.SECRETS;
    }

    @Override
    public MadeSecret make(String id, byte[] random, Instant now, Map<String, ? extends @Nullable Object> limits) {
        Document document = new Document("secret", limits);
        String description = document.text(ClientSecretProvider.DESCRIPTION).orElse("");
        long uses = document.number(ClientSecretProvider.USES).orElse(0L);
        Duration ttl = document.seconds(ClientSecretProvider.TTL, Duration.ZERO);
        document.requireNothingElse();
        Secret secret = ClientSecret.make(random);
        ClientSecret stored = new ClientSecret(id, ClientSecret.hash(secret), now, description, uses, ttl);
        return new MadeSecret(stored.id(), secret, stored.createdAt(), ClientSecretProvider.writeSecret(stored));
    }
}
