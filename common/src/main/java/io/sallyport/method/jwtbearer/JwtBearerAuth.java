package io.sallyport.method.jwtbearer;

import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Fit;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Trust;
import io.sallyport.jwt.Claims;
import io.sallyport.token.TokenPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Admits callers for whom a trusted issuer vouches, by a JWT (RFC 7523 §2.1). */
public record JwtBearerAuth(List<TrustedIssuer> issuers, TokenPolicy policy)
        implements AuthMethod<JwtBearerAttestation> {
    private static final int MAX_COUNT = 20;

    /** @throws IllegalArgumentException if there is none, or there are too many */
    public JwtBearerAuth {
        issuers = List.copyOf(issuers);
        if (issuers.isEmpty() || issuers.size() > MAX_COUNT) {
            throw new IllegalArgumentException("jwtBearerAuth.trustedIssuers must have 1 to " + MAX_COUNT + " entries");
        }
    }

    /**
     * The first issuer entry that would admit a JWT with these claims.
     *
     * @throws Refused saying why none does
     */
    TrustedIssuer issuerOf(JwtBearerAttestation says, CheckTrace trace) throws Refused {
        TrustedIssuer issuer = closest(says);
        issuer.require(says, trace);
        return issuer;
    }

    /** The first entry without an objection. If there is none, the one whose objection tells the operator most. */
    private TrustedIssuer closest(JwtBearerAttestation says) {
        TrustedIssuer closest = issuers.get(0);
        boolean isOfAnother = true;
        for (TrustedIssuer issuer : issuers) {
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
    public CheckSequence checks() {
        return TrustedIssuer.CHECKS;
    }

    @Override
    public void admit(JwtBearerAttestation attestation, CheckTrace trace) throws Refused {
        issuerOf(attestation, trace);
    }

    /** Entries that differ only by their keys are one credential, with the keys of both. */
    @Override
    public Map<Credential, Trust> credentials() {
        Map<Credential, Trust> credentials = new HashMap<>();
        for (TrustedIssuer issuer : issuers) {
            credentials.merge(issuer.credential(), issuer.trust(), Trust::and);
        }
        return credentials;
    }

    @Override
    public Optional<Credential> credential(Map<String, String> facts) {
        return Credential.of(JwtBearerAttestation.METHOD, JwtBearerAttestation.TRUST, facts);
    }

    @Override
    public Set<Lookup> lookups() {
        return issuers.stream()
                .map(trusted -> trusted.subject().isExact()
                        ? Lookup.subject(trusted.issuer(), trusted.subject().text())
                        : Lookup.issuer(trusted.issuer()))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Fit fit(Claims unverified) throws Refused {
        if (!trusts(unverified.optionalText("iss").orElse(""))) {
            return Fit.NONE;
        }
        return expects(unverified) ? Fit.EXPECTED : Fit.TRUSTED_ISSUER;
    }

    /** Whether it trusts that issuer for anything. */
    private boolean trusts(String issuer) {
        return issuers.stream().anyMatch(trusted -> trusted.issuer().equals(issuer));
    }

    /** Whether one of the issuers would admit a JWT with these claims. */
    private boolean expects(Claims unverified) {
        try {
            JwtBearerAttestation says = JwtBearerAttestation.read(unverified, Set.of());
            return closest(says).objection(says).isEmpty();
        } catch (Refused malformed) {
            return false;
        }
    }

    @Override
    public String sessionMethod() {
        return JwtBearerAttestation.METHOD;
    }
}
