package io.sallyport.identity;

import java.util.Map;

/** That whoever asks holds a private key of the client. */
public record ClientKeyAttestation(String keyId) implements Attestation {
    static final String METHOD = "private-key-jwt";
    static final String KEY_ID = "key_id";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Map<String, String> facts() {
        return Map.of(KEY_ID, keyId);
    }
}
