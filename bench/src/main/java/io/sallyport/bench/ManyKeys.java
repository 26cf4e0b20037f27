package io.sallyport.bench;

import com.nimbusds.jose.jwk.RSAKey;
import io.sallyport.json.Json;
import io.sallyport.jwt.Fetcher;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A JWK set of many keys; the last one signs. The others are the same key under other names. */
record ManyKeys(String document) implements Fetcher {
    ManyKeys(RSAKey signing, int count) {
        this(Json.writeString(Map.of("keys", members(signing, count))));
    }

    private static List<Map<String, Object>> members(RSAKey signing, int count) {
        List<Map<String, Object>> members = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            members.add(new RSAKey.Builder(signing.toPublicJWK())
                    .keyID(String.format("%040d", i))
                    .build()
                    .toJSONObject());
        }
        members.add(signing.toPublicJWK().toJSONObject());
        return members;
    }

    @Override
    public Fetched get(URI uri) {
        return new Fetched(200, 3600, document);
    }
}
