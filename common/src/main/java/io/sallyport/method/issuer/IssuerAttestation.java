package io.sallyport.method.issuer;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Attestation;
import io.sallyport.jwt.Claims;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a trusted issuer vouches for.
 *
 * @param method the auth method that trusts it, as sessions record it
 * @param audience the only audience of the JWT
 * @param claims all claims, as signed
 * @param told the claims that decided, or that the method asks for; the access token repeats them
 * @param trust the entry of the identity's trusted issuers that proved it: the thumbprint of {@link
 *     TrustedIssuer#credential}; empty before verification, and where the method has no such entries
 */
public record IssuerAttestation(
        String method,
        String issuer,
        String subject,
        String audience,
        Map<String, @Nullable Object> claims,
        Map<String, String> told,
        String trust)
        implements Attestation {
    public static final String ISSUER = "issuer";
    public static final String TRUST = "trust_thumbprint";

    private static final int MAX_FACT = 1000;

    public IssuerAttestation {
        claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
        told = Collections.unmodifiableMap(new TreeMap<>(told));
    }

    /**
     * Reads the claims of a JWT, verified or not.
     *
     * @throws Refused {@link Reason#CLAIM_MISSING}, {@link Reason#CLAIM_MALFORMED}; {@link Reason#WRONG_AUDIENCE} if it
     *     has several audiences
     */
    public static IssuerAttestation read(String method, Claims claims) throws Refused {
        if (claims.text("sub").length() > MAX_FACT) {
            throw Refused.claim(Reason.CLAIM_MALFORMED, "sub", "sub is longer than " + MAX_FACT + " characters");
        }
        return new IssuerAttestation(
                method, claims.text("iss"), claims.text("sub"), audience(claims), claims.asMap(), Map.of(), "");
    }

    /**
     * SPIRE and others write a list of one. With several audiences, each could use the JWT at the others (RFC 7523 §3).
     *
     * @throws Refused {@link Reason#CLAIM_MISSING}, {@link Reason#CLAIM_MALFORMED}; {@link Reason#WRONG_AUDIENCE} if
     *     there are several
     */
    public static String audience(Claims claims) throws Refused {
        if (claims.asMap().get("aud") instanceof String text) {
            return text;
        }
        List<String> audiences = claims.texts("aud");
        if (audiences.size() != 1) {
            throw Refused.claim(
                    Reason.WRONG_AUDIENCE, "aud", "aud names " + audiences.size() + " audiences and must name one");
        }
        return audiences.get(0);
    }

    /** A copy that tells the claims that decided. */
    IssuerAttestation telling(Map<ClaimName, ClaimRule> rules) {
        Map<String, String> facts = new LinkedHashMap<>(told);
        for (Map.Entry<ClaimName, ClaimRule> rule : rules.entrySet()) {
            facts.put(rule.getKey().text(), rule.getValue().fact(rule.getKey().in(claims)));
        }
        facts.values().removeIf(String::isEmpty);
        return new IssuerAttestation(method, issuer, subject, audience, claims, facts, trust);
    }

    /** A copy that also tells these claims, each as the fact of that name. */
    IssuerAttestation with(Map<String, ClaimName> names) {
        Map<String, String> facts = new LinkedHashMap<>(told);
        for (Map.Entry<String, ClaimName> name : names.entrySet()) {
            facts.put(name.getKey(), ClaimRule.factOf(name.getValue().in(claims)));
        }
        facts.values().removeIf(String::isEmpty);
        return new IssuerAttestation(method, issuer, subject, audience, claims, facts, trust);
    }

    /** A copy proven by the entry with that thumbprint. */
    public IssuerAttestation provenBy(String thumbprint) {
        return new IssuerAttestation(method, issuer, subject, audience, claims, told, thumbprint);
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(ISSUER, issuer);
        facts.put("subject", subject);
        // Before the claims: a claim of the same name must not replace it.
        if (!trust.isEmpty()) {
            facts.put(TRUST, trust);
        }
        told.forEach(facts::putIfAbsent);
        return facts;
    }
}
