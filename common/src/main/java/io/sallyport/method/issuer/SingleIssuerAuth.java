package io.sallyport.method.issuer;

import io.sallyport.identity.Trust;
import java.util.List;
import java.util.Map;

/** An auth method that trusts one issuer. */
public interface SingleIssuerAuth extends IssuerAuth {
    /** The issuer, and whom it may vouch for. */
    IssuerBounds bounds();

    @Override
    default List<TrustedIssuer> issuers() {
        return List.of(bounds().trusted());
    }

    @Override
    default IssuerAttestation session(IssuerAttestation proven, TrustedIssuer by) {
        return bounds().session(proven);
    }

    @Override
    default Trust trust() {
        return bounds().trust();
    }

    /** A session of another issuer does not belong to this configuration. */
    @Override
    default boolean has(Map<String, String> facts) {
        return bounds().trusted().issuer().equals(facts.get(IssuerAttestation.ISSUER));
    }
}
