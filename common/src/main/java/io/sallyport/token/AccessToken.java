package io.sallyport.token;

import io.sallyport.Refused;
import io.sallyport.jwt.Claims;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims of one access token (RFC 9068 §2.2), before it is signed.
 *
 * @param tokenId this token's own id, the claim {@code jti}
 * @param audience who the token is for: never empty
 * @param issuedAt in whole seconds
 * @param expiry in whole seconds
 */
public record AccessToken(
        String tokenId, Subject subject, Session session, String audience, Instant issuedAt, Instant expiry) {

    /** The identity the token speaks for. */
    public record Subject(String id, String name, String role, Map<String, List<String>> projects) {}

    /**
     * The login that the token comes from.
     *
     * @param start in whole seconds
     * @param method how the workload proved itself
     * @param attestation the facts that were verified then
     */
    public record Session(
            SessionId id,
            Instant start,
            String method,
            Map<String, String> attestation,
            long maxUses,
            TrustedIps trustedIps) {

        /** The same session, its tokens bound to other addresses. */
        public Session with(TrustedIps otherIps) {
            return new Session(id, start, method, attestation, maxUses, otherIps);
        }
    }

    public AccessToken {
        if (audience.isEmpty()) {
            throw new IllegalArgumentException("a token without an audience would be good for everybody");
        }
        if (!expiry.isAfter(issuedAt)) {
            throw new IllegalArgumentException("a token that expires before it begins");
        }
    }

    /** From the claims of a token that {@link #claims} wrote. */
    static AccessToken read(Claims claims) throws Refused {
        Session session = new Session(
                new SessionId(claims.text("sid")),
                claims.time("auth_time"),
                claims.text("auth_method"),
                attestation(claims),
                claims.optionalNumber("max_uses").orElse(0L),
                trustedIps(claims));
        Subject subject = new Subject(claims.text("sub"), claims.text("name"), claims.text("role"), Map.of());
        return new AccessToken(
                claims.text("jti"), subject, session, claims.text("aud"), claims.time("iat"), claims.time("exp"));
    }

    private static Map<String, String> attestation(Claims claims) throws Refused {
        Map<String, String> facts = new LinkedHashMap<>();
        Optional<Claims> attestation = claims.optionalObject("attestation");
        if (attestation.isPresent()) {
            for (String name : attestation.get().asMap().keySet()) {
                facts.put(name, attestation.get().text(name));
            }
        }
        return facts;
    }

    private static TrustedIps trustedIps(Claims claims) throws Refused {
        List<String> blocks = claims.texts("trusted_ips");
        return blocks.isEmpty() ? TrustedIps.ANYWHERE : new TrustedIps(blocks);
    }

    Map<String, Object> claims(String issuer) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("sub", subject.id());
        claims.put("client_id", subject.id());
        claims.put("aud", audience);
        claims.put("iat", issuedAt.getEpochSecond());
        claims.put("nbf", issuedAt.getEpochSecond());
        claims.put("exp", expiry.getEpochSecond());
        claims.put("jti", tokenId);
        claims.put("sid", session.id().value());
        claims.put("auth_time", session.start().getEpochSecond());
        claims.put("name", subject.name());
        claims.put("role", subject.role());
        claims.put("projects", subject.projects());
        claims.put("auth_method", session.method());
        claims.put("attestation", session.attestation());
        if (session.maxUses() > 0) {
            claims.put("max_uses", session.maxUses());
        }
        if (session.trustedIps().isRestricted()) {
            claims.put("trusted_ips", session.trustedIps().blocks());
        }
        return claims;
    }

    /** How long the token lives, in seconds. */
    public long lifetimeSeconds() {
        return expiry.getEpochSecond() - issuedAt.getEpochSecond();
    }
}
