package io.sallyport.method.jwtbearer;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.Trust;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import java.util.Optional;
import java.util.Set;

/** Where the keys of a trusted issuer come from, and their algorithm: never chosen by the token. */
public sealed interface TrustedKeys {
    Algorithm algorithm();

    /** The kind of source. */
    String kind();

    /** What identifies its keys, or the authorities that vouch for their host. */
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

    /** At a separate address, for issuers without discovery, or with their keys on another host. */
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

    /** As configured: nothing is fetched. */
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
