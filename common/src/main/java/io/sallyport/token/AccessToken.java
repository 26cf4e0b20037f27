package io.sallyport.token;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
            TrustedIps trustedIps) {}

    public AccessToken {
        if (audience.isEmpty()) {
            throw new IllegalArgumentException("a token without an audience would be good for everybody");
        }
        if (!expiry.isAfter(issuedAt)) {
            throw new IllegalArgumentException("a token that expires before it begins");
        }
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
