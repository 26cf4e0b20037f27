package io.sallyport.method.spiffe;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.Trust;
import io.sallyport.jwt.SpiffeBundle;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Where the keys of a trust domain come from. */
public sealed interface TrustBundle {
    /** Where its keys are, for {@link Trust}. */
    String location();

    /** What identifies its keys, or the authorities that vouch for their host. */
    Set<String> anchors();

    /** As configured: nothing is fetched. */
    record Pasted(String text) implements TrustBundle {
        /** @throws IllegalArgumentException unless it is a bundle with a key for JWT-SVIDs */
        public Pasted {
            SpiffeBundle.thumbprints(text);
        }

        @Override
        public String location() {
            return "static";
        }

        @Override
        public Set<String> anchors() {
            return SpiffeBundle.thumbprints(text);
        }
    }

    /**
     * At a bundle endpoint with a certificate of the Web PKI, or of these authorities (SPIFFE Federation §5.2.1).
     *
     * @param profile {@code https_web}, or {@code https_web_bundle} as Infisical spells it
     * @param refresh how long the bundle is kept if it does not ask for less
     */
    record AtEndpoint(String profile, IssuerUrl endpoint, Optional<CaCertificates> authorities, Duration refresh)
            implements TrustBundle {
        @Override
        public String location() {
            return endpoint.text();
        }

        @Override
        public Set<String> anchors() {
            return Trust.anchors(authorities);
        }
    }
}
