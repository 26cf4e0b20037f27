package io.sallyport.method.clientkey;

import io.sallyport.identity.Attestation;
import java.util.Map;

/**
 * The caller holds a private key of the client.
 *
 * @param thumbprint of the key (RFC 7638); it tells another key under the same id apart
 */
public record ClientKeyAttestation(String keyId, String thumbprint) implements Attestation {
    public static final String METHOD = "private-key-jwt";
    static final String THUMBPRINT = "key_thumbprint";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Map<String, String> facts() {
        return Map.of("key_id", keyId, THUMBPRINT, thumbprint);
    }
}
