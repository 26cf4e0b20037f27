package io.sallyport.method.spiffe;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Fit;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Trust;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.jwt.Claims;
import io.sallyport.token.TokenPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Admits workloads of a SPIFFE trust domain by their JWT-SVID.
 *
 * @param allowed the SPIFFE IDs that are admitted, all of this trust domain
 * @param audiences the claim {@code aud} is one of them
 */
public record SpiffeAuth(
        String trustDomain, List<SpiffePattern> allowed, List<String> audiences, TrustBundle bundle, TokenPolicy policy)
        implements AuthMethod<SpiffeAttestation> {
    public static final Check TRUST_DOMAIN =
            new Check("trust_domain", "the subject is a SPIFFE ID of the trust domain");
    public static final Check SPIFFE_ID = new Check("spiffe_id", "the SPIFFE ID is allowed");

    static final CheckSequence CHECKS = CheckSequence.of(TRUST_DOMAIN, Check.AUDIENCE, SPIFFE_ID);

    private static final int MAX_COUNT = 50;
    private static final int MAX_AUDIENCE = 255;

    /**
     * @throws IllegalArgumentException saying what is malformed; an {@link UnconstrainedException} if it would admit
     *     the whole trust domain without saying so
     */
    public SpiffeAuth {
        allowed = List.copyOf(allowed);
        audiences = List.copyOf(audiences);
        if (!SpiffeId.isTrustDomain(trustDomain)) {
            throw new IllegalArgumentException("spiffeAuth.trustDomain must be of a-z 0-9 . _ - and is "
                    + Quoted.quote(trustDomain) + ": the name alone, without spiffe://");
        }
        if (audiences.isEmpty() || audiences.size() > MAX_COUNT || !areUsable(audiences)) {
            throw new IllegalArgumentException("spiffeAuth.allowedAudiences must have 1 to " + MAX_COUNT
                    + " audiences, and not *: a JWT-SVID that was meant for another service would be admitted");
        }
        if (allowed.isEmpty()) {
            throw new UnconstrainedException("spiffeAuth would admit the whole trust domain; set allowedSpiffeIds, or "
                    + SpiffeId.SCHEME + trustDomain + "/** for any");
        }
        for (SpiffePattern pattern : allowed) {
            if (!pattern.trustDomain().equals(trustDomain) || allowed.size() > MAX_COUNT) {
                throw new IllegalArgumentException("spiffeAuth.allowedSpiffeIds must have at most " + MAX_COUNT
                        + " SPIFFE IDs, all of the trust domain " + trustDomain + "; it has " + pattern);
            }
        }
    }

    private static boolean areUsable(List<String> audiences) {
        for (String audience : audiences) {
            if (audience.isBlank() || audience.length() > MAX_AUDIENCE || audience.equals("*")) {
                return false;
            }
        }
        return true;
    }

    @Override
    public CheckSequence checks() {
        return CHECKS;
    }

    @Override
    public void admit(SpiffeAttestation says, CheckTrace trace) throws Refused {
        trace.at(TRUST_DOMAIN);
        Optional<SpiffeId> id = SpiffeId.parse(says.spiffeId());
        if (id.isEmpty() || !id.get().trustDomain().equals(trustDomain)) {
            throw new Refused(
                    Reason.WRONG_TRUST_DOMAIN,
                    "sub is " + Quoted.quote(says.spiffeId()) + " and must be a SPIFFE ID of the trust domain "
                            + trustDomain);
        }
        trace.at(Check.AUDIENCE);
        if (!audiences.contains(says.audience())) {
            throw new Refused(
                    Reason.WRONG_AUDIENCE,
                    "aud is " + Quoted.quote(says.audience()) + " and must be in allowedAudiences");
        }
        trace.at(SPIFFE_ID);
        if (!allows(id.get())) {
            throw new Refused(
                    Reason.SPIFFE_ID_NOT_ALLOWED,
                    "the SPIFFE ID " + Quoted.quote(says.spiffeId()) + " is not in allowedSpiffeIds");
        }
    }

    private boolean allows(SpiffeId id) {
        for (SpiffePattern pattern : allowed) {
            if (pattern.matches(id)) {
                return true;
            }
        }
        return false;
    }

    /** By the trust domain, in place of an issuer: a JWT-SVID need not have one. */
    @Override
    public Set<Lookup> lookups() {
        Set<Lookup> lookups = new HashSet<>();
        for (SpiffePattern pattern : allowed) {
            lookups.add(
                    pattern.isExact()
                            ? Lookup.subject(SpiffeId.SCHEME + trustDomain, pattern.text())
                            : Lookup.issuer(SpiffeId.SCHEME + trustDomain));
        }
        return lookups;
    }

    @Override
    public Trust trust() {
        return new Trust(SpiffeId.SCHEME + trustDomain + " " + bundle.location(), bundle.anchors());
    }

    /** A session of another trust domain does not belong to this configuration. */
    @Override
    public boolean has(Map<String, String> facts) {
        return trustDomain.equals(facts.get(SpiffeAttestation.TRUST_DOMAIN));
    }

    @Override
    public Fit fit(Claims unverified) throws Refused {
        Optional<SpiffeId> id = SpiffeId.parse(unverified.optionalText("sub").orElse(""));
        if (id.isEmpty() || !id.get().trustDomain().equals(trustDomain)) {
            return Fit.NONE;
        }
        Object audience = unverified.asMap().get("aud");
        Object only = audience instanceof List<?> list && list.size() == 1 ? list.get(0) : audience;
        return only instanceof String text && audiences.contains(text) && allows(id.get())
                ? Fit.EXPECTED
                : Fit.TRUSTED_ISSUER;
    }

    @Override
    public String sessionMethod() {
        return SpiffeAttestation.METHOD;
    }
}
