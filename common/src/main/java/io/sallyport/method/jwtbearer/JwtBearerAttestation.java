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
 * @param audience the one that the JWT is for
 * @param claims all that are texts, numbers, true or false, as text
 * @param told the names of those that decided, and so are told on
 * @param trust the entry of the identity's trusted issuers that proved it: the thumbprint of {@link TrustedIssuer#credential};
 *     empty as long as nothing is proven
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
     * What a JWT says, true or not.
     *
     * @throws Refused {@link Reason#CLAIM_MISSING}, {@link Reason#CLAIM_MALFORMED}; {@link Reason#WRONG_AUDIENCE} if it is
     *     for several
     */
    public static JwtBearerAttestation read(Claims claims, Set<String> told) throws Refused {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, @Nullable Object> claim : claims.asMap().entrySet()) {
            Object value = claim.getValue();
            if (value instanceof String || value instanceof Boolean || value instanceof Long) {
                texts.put(claim.getKey(), String.valueOf(value));
            }
        }
        // They stand in every token of the session, and no header takes a token of any length.
        texts.values().removeIf(value -> value.length() > MAX_FACT);
        if (claims.text("sub").length() > MAX_FACT) {
            throw new Refused(Reason.CLAIM_MALFORMED, "sub is longer than " + MAX_FACT + " characters");
        }
        return new JwtBearerAttestation(claims.text("iss"), claims.text("sub"), audience(claims), texts, told, "");
    }

    /** As proven by that entry. */
    JwtBearerAttestation provenBy(TrustedIssuer entry) {
        return new JwtBearerAttestation(
                issuer, subject, audience, claims, told, entry.credential().thumbprint());
    }

    /** SPIRE and others write a list of one. Of several, each could use the JWT with the others (RFC 7523 §3). */
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
        // Before the claims: one that is called so must not take its place.
        facts.put(TRUST, trust);
        told.stream().sorted().forEach(name -> claim(name).ifPresent(value -> facts.putIfAbsent(name, value)));
        return facts;
    }
}
