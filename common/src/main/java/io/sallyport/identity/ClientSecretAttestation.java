package io.sallyport.identity;

import java.util.Map;

/** That whoever asks knows a secret of the client. */
public record ClientSecretAttestation(String secretId) implements Attestation {
    static final String METHOD = "client-secret";
    static final String SECRET_ID = "secret_id";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Map<String, String> facts() {
        return Map.of(SECRET_ID, secretId);
    }
}
