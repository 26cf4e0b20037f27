package io.sallyport.method.jwtbearer;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.Trust;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import java.util.Optional;
import java.util.Set;

/** Where the keys of a trusted issuer come from, and for what algorithm they are: never the token's own say. */
public sealed interface TrustedKeys {
    Algorithm algorithm();

    /** Which of the ways it is. */
    String kind();

    /** What tells its keys, or those who vouch for their host, from others. */
    Set<String> anchors();

    /**
     * Where the issuer's discovery document says (OpenID Connect Discovery 1.0 §4).
     *
     * @param authorities of the issuer's TLS certificate, in place of the system's
     */
    record ByDiscovery(IssuerUrl issuer, Algorithm algorithm, Optional<CaCertificates> authorities)
            implements TrustedKeys {
        @Override
        public String kind() {
            return "discovery";
        }

        @Override
        public Set<String> anchors() {
            return Trust.anchors(authorities);
        }
    }

    /** Behind an address of its own, for issuers without discovery, or with their keys on another host. */
    record ByAddress(IssuerUrl jwksUri, Algorithm algorithm, Optional<CaCertificates> authorities)
            implements TrustedKeys {
        @Override
        public String kind() {
            return "address";
        }

        @Override
        public Set<String> anchors() {
            return Trust.anchors(authorities);
        }
    }

    /** As somebody configured them: nothing is fetched. */
    record Pasted(PastedKeys keys) implements TrustedKeys {
        @Override
        public Algorithm algorithm() {
            return keys.algorithm();
        }

        @Override
        public String kind() {
            return "pasted";
        }

        @Override
        public Set<String> anchors() {
            return keys.thumbprints();
        }
    }
}
