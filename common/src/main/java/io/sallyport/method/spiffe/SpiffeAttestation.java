package io.sallyport.method.spiffe;

import io.sallyport.identity.Attestation;
import java.util.Map;

/**
 * What a trust domain vouches for: a JWT-SVID (SPIFFE JWT-SVID §3).
 *
 * @param audience the only audience of the JWT
 */
public record SpiffeAttestation(String trustDomain, String spiffeId, String audience) implements Attestation {
    static final String METHOD = "spiffe";
    static final String TRUST_DOMAIN = "trust_domain";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Map<String, String> facts() {
        return Map.of(TRUST_DOMAIN, trustDomain, "spiffe_id", spiffeId);
    }
}
