package io.sallyport.method.jwtbearer;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Attestation;
import io.sallyport.jwt.Claims;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a trusted issuer vouches for.
 *
 * @param audience the only audience of the JWT
 * @param claims all claims that are texts, numbers, true or false, as text
 * @param told the names of the claims that decided, which the access token repeats
 * @param trust the entry of the identity's trusted issuers that proved it: the thumbprint of {@link
 *     TrustedIssuer#credential}; empty before verification
 */
public record JwtBearerAttestation(
        String issuer, String subject, String audience, Map<String, String> claims, Set<String> told, String trust)
        implements Attestation {
    public static final String METHOD = "jwt-bearer";
    static final String TRUST = "trust_thumbprint";

    private static final int MAX_FACT = 1000;

    public JwtBearerAttestation {
        claims = Map.copyOf(claims);
        told = Set.copyOf(told);
    }

    /**
     * Reads the claims of a JWT, verified or not.
     *
     * @throws Refused {@link Reason#CLAIM_MISSING}, {@link Reason#CLAIM_MALFORMED}; {@link Reason#WRONG_AUDIENCE} if it
     *     has several audiences
     */
    public static JwtBearerAttestation read(Claims claims, Set<String> told) throws Refused {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, @Nullable Object> claim : claims.asMap().entrySet()) {
            Object value = claim.getValue();
            if (value instanceof String || value instanceof Boolean || value instanceof Long) {
                texts.put(claim.getKey(), String.valueOf(value));
            }
        }
        // They are in every token of the session, and a header has limited length.
        texts.values().removeIf(value -> value.length() > MAX_FACT);
        if (claims.text("sub").length() > MAX_FACT) {
            throw new Refused(Reason.CLAIM_MALFORMED, "sub is longer than " + MAX_FACT + " characters");
        }
        return new JwtBearerAttestation(claims.text("iss"), claims.text("sub"), audience(claims), texts, told, "");
    }

    /** A copy proven by that entry. */
    JwtBearerAttestation provenBy(TrustedIssuer entry) {
        return new JwtBearerAttestation(
                issuer, subject, audience, claims, told, entry.credential().thumbprint());
    }

    /**
     * SPIRE and others write a list of one. With several audiences, each could use the JWT at the others (RFC 7523 §3).
     */
    private static String audience(Claims claims) throws Refused {
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

    Optional<String> claim(String name) {
        return Optional.ofNullable(claims.get(name));
    }

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("issuer", issuer);
        facts.put("subject", subject);
        // Before the claims: a claim of the same name must not replace it.
        facts.put(TRUST, trust);
        told.stream().sorted().forEach(name -> claim(name).ifPresent(value -> facts.putIfAbsent(name, value)));
        return facts;
    }
}
