package io.sallyport.method.issuer;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Trust;
import io.sallyport.identity.UnconstrainedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An issuer whose JWTs prove an identity: any OpenID provider, the CI of a code host, SPIRE, another Sallyport.
 *
 * @param issuer the claim {@code iss}, byte by byte
 * @param subject the claim {@code sub}
 * @param audiences the claim {@code aud} is one of them: a text, or a list of only that text
 * @param claims further required claims
 * @param singleUse whether each JWT may be used only once
 */
public record TrustedIssuer(
        String issuer,
        ClaimPattern subject,
        List<String> audiences,
        TrustedKeys keys,
        Map<ClaimName, ClaimRule> claims,
        boolean singleUse) {
    public static final Check TRUSTED_SUBJECT = new Check("trusted_subject", "the subject is the trusted one");
    public static final Check TRUSTED_CLAIMS =
            new Check("trusted_claims", "the further claims have the required values");

    static final CheckSequence CHECKS = CheckSequence.of(Check.ISSUER, Check.AUDIENCE, TRUSTED_SUBJECT, TRUSTED_CLAIMS);

    private static final int MAX_AUDIENCE = 255;
    private static final int MAX_AUDIENCES = 20;

    /**
     * @throws IllegalArgumentException saying what is missing; an {@link UnconstrainedException} if unrelated
     *     organizations could satisfy it
     */
    public TrustedIssuer {
        audiences = List.copyOf(audiences);
        claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
        if (issuer.isBlank() || issuer.length() > MAX_AUDIENCE) {
            throw new IllegalArgumentException("a trusted issuer needs issuer, of at most 255 characters");
        }
        if (audiences.isEmpty() || audiences.size() > MAX_AUDIENCES || !areUsable(audiences)) {
            throw new IllegalArgumentException("a trusted issuer needs audience, of at most 255 characters: without it,"
                    + " a JWT that was meant for another service would be admitted");
        }
        Optional<String> remedy = SharedIssuers.remedy(issuer, subject, claims);
        if (remedy.isPresent()) {
            throw new UnconstrainedException("the trusted issuer " + Quoted.quote(issuer)
                    + " gives tokens to unrelated organizations, and this rule would admit any of them; set "
                    + remedy.get()
                    + " (* for any is not accepted for this issuer)");
        }
        if (subject.isAny() && claims.values().stream().allMatch(ClaimRule::isAny)) {
            throw new UnconstrainedException("the trusted issuer " + Quoted.quote(issuer)
                    + " would admit everyone it issues a token to; set subject, or subject * together with claims");
        }
    }

    private static boolean areUsable(List<String> audiences) {
        for (String audience : audiences) {
            if (audience.isBlank() || audience.length() > MAX_AUDIENCE) {
                return false;
            }
        }
        return true;
    }

    /**
     * This entry as a credential. A change of whom it admits, or of its key address, makes it another credential; more
     * pasted keys or certificate authorities do not.
     *
     * @param sessionMethod the method that its sessions record
     */
    public Credential credential(String sessionMethod) {
        List<String> parts = new ArrayList<>(List.of(
                sessionMethod,
                issuer,
                subject.text(),
                String.join("\n", audiences),
                keys.algorithm().name(),
                keys.kind(),
                keys instanceof TrustedKeys.ByAddress address
                        ? address.jwksUri().text()
                        : ""));
        Map<String, ClaimRule> byName = new TreeMap<>();
        claims.forEach((name, rule) -> byName.put(name.text(), rule));
        byName.forEach((name, rule) -> {
            parts.add(name);
            parts.add(rule.text());
        });
        return new Credential(sessionMethod, Credential.thumbprint(parts));
    }

    /** The keys or certificates that prove its tokens. */
    public Trust trust() {
        return new Trust(issuer, keys.anchors());
    }

    /** Why this entry does not admit a JWT with these claims; empty if it does. */
    public Optional<Refused> objection(IssuerAttestation says) {
        try {
            require(says, CHECKS.begin());
            return Optional.empty();
        } catch (Refused objection) {
            return Optional.of(objection);
        }
    }

    /** @throws Refused saying why this entry does not admit a JWT with these claims */
    void require(IssuerAttestation says, CheckTrace trace) throws Refused {
        trace.at(Check.ISSUER);
        if (!says.issuer().equals(issuer)) {
            throw new Refused(
                    Reason.WRONG_ISSUER,
                    "iss is " + Quoted.quote(says.issuer()) + " and must be " + Quoted.quote(issuer));
        }
        trace.at(Check.AUDIENCE);
        if (!audiences.contains(says.audience())) {
            throw new Refused(
                    Reason.WRONG_AUDIENCE,
                    "aud is " + Quoted.quote(says.audience()) + " and must be " + named(audiences));
        }
        trace.at(TRUSTED_SUBJECT);
        if (!subject.matches(says.subject())) {
            throw new Refused(
                    Reason.SUBJECT_NOT_ALLOWED, "sub is " + Quoted.quote(says.subject()) + " and not " + subject);
        }
        trace.at(TRUSTED_CLAIMS);
        for (Map.Entry<ClaimName, ClaimRule> rule : claims.entrySet()) {
            Object value = rule.getKey().in(says.claims());
            if (!rule.getValue().matches(value)) {
                String found = ClaimRule.factOf(value);
                throw new Refused(
                        Reason.CLAIM_NOT_ALLOWED,
                        "the claim " + rule.getKey() + " is "
                                + (found.isEmpty()
                                        ? "missing, or not a string, number or boolean"
                                        : Quoted.quote(found))
                                + " and not " + rule.getValue());
            }
        }
    }

    private static String named(List<String> audiences) {
        StringBuilder text = new StringBuilder();
        for (String audience : audiences) {
            text.append(text.length() == 0 ? "" : " or ").append(Quoted.quote(audience));
        }
        return text.toString();
    }

    /** What the sessions of a JWT that this entry admitted record of its claims. */
    public IssuerAttestation told(IssuerAttestation proven) {
        return proven.telling(claims);
    }
}
