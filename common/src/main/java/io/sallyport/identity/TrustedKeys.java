package io.sallyport.identity;

import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import java.util.Optional;

/** Where the keys of a trusted issuer come from, and for what algorithm they are: never the token's own say. */
public sealed interface TrustedKeys {
    Algorithm algorithm();

    /**
     * Where the issuer's discovery document says (OpenID Connect Discovery 1.0 §4).
     *
     * @param authorities of the issuer's TLS certificate, in place of the system's
     */
    record ByDiscovery(IssuerUrl issuer, Algorithm algorithm, Optional<CaCertificates> authorities)
            implements TrustedKeys {}

    /** Behind an address of its own, for issuers without discovery, or with their keys on another host. */
    record ByAddress(IssuerUrl jwksUri, Algorithm algorithm, Optional<CaCertificates> authorities)
            implements TrustedKeys {}

    /** As somebody configured them: nothing is fetched. */
    record Pasted(PastedKeys keys) implements TrustedKeys {
        @Override
        public Algorithm algorithm() {
            return keys.algorithm();
        }
    }
}
