package io.sallyport.method.issuer;

import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Fit;
import io.sallyport.identity.Lookup;
import io.sallyport.jwt.Claims;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Admits callers for whom a trusted issuer vouches, by a JWT (RFC 7523 §2.1). */
public interface IssuerAuth extends AuthMethod<IssuerAttestation> {
    /** The issuers, each with whom it may vouch for; at least one. */
    List<TrustedIssuer> issuers();

    /** What the sessions of a JWT record, which that entry admits. */
    IssuerAttestation session(IssuerAttestation proven, TrustedIssuer by);

    /**
     * The first issuer entry that would admit a JWT with these claims.
     *
     * @throws Refused saying why none does
     */
    default TrustedIssuer issuerOf(IssuerAttestation says, CheckTrace trace) throws Refused {
        TrustedIssuer issuer = closest(says);
        issuer.require(says, trace);
        return issuer;
    }

    /** The first entry without an objection. If there is none, the one whose objection tells the operator most. */
    private TrustedIssuer closest(IssuerAttestation says) {
        TrustedIssuer closest = issuers().get(0);
        boolean isOfAnother = true;
        for (TrustedIssuer issuer : issuers()) {
            Optional<Refused> objection = issuer.objection(says);
            if (objection.isEmpty()) {
                return issuer;
            }
            // The objection of an entry for the same issuer says more than that other entries have another issuer.
            if (isOfAnother) {
                closest = issuer;
                isOfAnother = objection.get().reason() == Reason.WRONG_ISSUER;
            }
        }
        return closest;
    }

    @Override
    default CheckSequence checks() {
        return TrustedIssuer.CHECKS;
    }

    @Override
    default void admit(IssuerAttestation attestation, CheckTrace trace) throws Refused {
        issuerOf(attestation, trace);
    }

    @Override
    default Set<Lookup> lookups() {
        Set<Lookup> lookups = new HashSet<>();
        for (TrustedIssuer trusted : issuers()) {
            lookups.add(
                    trusted.subject().isExact()
                            ? Lookup.subject(trusted.issuer(), trusted.subject().text())
                            : Lookup.issuer(trusted.issuer()));
        }
        return Set.copyOf(lookups);
    }

    @Override
    default Fit fit(Claims unverified) throws Refused {
        if (!trusts(unverified.optionalText("iss").orElse(""))) {
            return Fit.NONE;
        }
        return expects(unverified) ? Fit.EXPECTED : Fit.TRUSTED_ISSUER;
    }

    /** Whether it trusts that issuer for anything. */
    private boolean trusts(String issuer) {
        return issuers().stream().anyMatch(trusted -> trusted.issuer().equals(issuer));
    }

    /** Whether one of the issuers would admit a JWT with these claims. */
    private boolean expects(Claims unverified) {
        try {
            IssuerAttestation says = IssuerAttestation.read(sessionMethod(), unverified);
            return closest(says).objection(says).isEmpty();
        } catch (Refused malformed) {
            return false;
        }
    }
}
