package io.sallyport.method.clientsecret;

import io.sallyport.identity.Attestation;
import java.util.Map;

/**
 * The caller knows a secret of the client.
 *
 * @param thumbprint of the secret; it tells another secret under the same id apart
 */
public record ClientSecretAttestation(String secretId, String thumbprint) implements Attestation {
    public static final String METHOD = "client-secret";
    static final String THUMBPRINT = "secret_thumbprint";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Map<String, String> facts() {
        return Map.of("secret_id", secretId, THUMBPRINT, thumbprint);
    }
}
