package io.sallyport.method.issuer;

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

    /** Whether the issuer replaces them at any time, so that a JWT must name its key. */
    default boolean areRotated() {
        return true;
    }

    /** The address of the source; empty if nothing is fetched. */
    default String location() {
        return "";
    }

    /** What identifies its keys, or the authorities that vouch for their host. */
    Set<String> anchors();

    /**
     * Where the issuer's discovery document says (OpenID Connect Discovery 1.0 §4).
     *
     * @param issuer the address under which the document is
     * @param named the issuer that the document must name
     * @param authorities of the TLS certificate of that address, in place of the system's
     */
    record ByDiscovery(IssuerUrl issuer, String named, Algorithm algorithm, Optional<CaCertificates> authorities)
            implements TrustedKeys {
        /** An issuer whose document is under its own address. */
        public ByDiscovery(IssuerUrl issuer, Algorithm algorithm, Optional<CaCertificates> authorities) {
            this(issuer, issuer.text(), algorithm, authorities);
        }

        @Override
        public String kind() {
            return "discovery";
        }

        @Override
        public String location() {
            return issuer.text();
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
        public String location() {
            return jwksUri.text();
        }

        @Override
        public Set<String> anchors() {
            return Trust.anchors(authorities);
        }
    }

    /** Public keys in PEM, as configured: nothing is fetched, and a JWT need not name its key. */
    record Pem(PemKeys keys) implements TrustedKeys {
        @Override
        public Algorithm algorithm() {
            return keys.algorithm();
        }

        @Override
        public String kind() {
            return "static";
        }

        @Override
        public boolean areRotated() {
            return false;
        }

        @Override
        public Set<String> anchors() {
            return keys.thumbprints();
        }
    }

    /** A JWK set as configured: nothing is fetched. */
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
        public boolean areRotated() {
            return false;
        }

        @Override
        public Set<String> anchors() {
            return keys.thumbprints();
        }
    }
}
