package io.sallyport.token;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Claims;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims of one access token (RFC 9068 §2.2), before it is signed.
 *
 * @param tokenId this token's own id, the claim {@code jti}
 * @param target its audience and scopes
 * @param issuedAt in whole seconds
 * @param expiry in whole seconds
 */
public record AccessToken(
        String tokenId, Subject subject, Session session, Target target, Instant issuedAt, Instant expiry) {

    /** The longest chain of delegation. */
    public static final int MAX_ACTORS = 5;

    /**
     * A resource that received a token and exchanged it, to act for the token's owner elsewhere (RFC 8693 §4.1). It
     * carries what is needed to check later whether the actor may still do so.
     *
     * @param id of its identity
     * @param resource the audience of the token that it exchanged
     * @param method how it authenticated for the exchange
     * @param since when it authenticated, in whole milliseconds, rounded down
     */
    public record Actor(IdentityId id, String resource, String method, Instant since) {
        public Actor {
            since = since.truncatedTo(ChronoUnit.MILLIS);
        }

        private static Actor read(Claims act) throws Refused {
            return new Actor(
                    new IdentityId(act.text("sub")),
                    act.text("resource"),
                    act.text("auth_method"),
                    Instant.ofEpochMilli(act.number("auth_time_ms")));
        }

        private Map<String, Object> claims() {
            Map<String, Object> act = new LinkedHashMap<>();
            act.put("sub", id.value());
            act.put("resource", resource);
            act.put("auth_method", method);
            act.put("auth_time_ms", since.toEpochMilli());
            return act;
        }
    }

    /**
     * The identity that the token speaks for.
     *
     * @param actors who acts for it: the current one first, then the one that it got the token from (RFC 8693 §4.1);
     *     empty if it speaks for itself
     */
    public record Subject(
            IdentityId id, String name, String role, Map<String, List<String>> projects, List<Actor> actors) {
        /** @throws IllegalArgumentException if there are more than {@link #MAX_ACTORS} actors */
        public Subject {
            actors = List.copyOf(actors);
            if (actors.size() > MAX_ACTORS) {
                throw new IllegalArgumentException("more than " + MAX_ACTORS + " actors");
            }
        }

        /** A subject that speaks for itself. */
        public Subject(IdentityId id, String name, String role, Map<String, List<String>> projects) {
            this(id, name, role, projects, List.of());
        }

        /** A copy with these actors. */
        public Subject with(List<Actor> otherActors) {
            return new Subject(id, name, role, projects, otherActors);
        }
    }

    /**
     * The target of a token.
     *
     * @param audience never empty
     * @param scopes what it allows there
     * @param plainJwt whether its header says {@code typ: JWT} rather than {@code at+jwt}
     */
    public record Target(String audience, Scopes scopes, boolean plainJwt) {
        public Target {
            if (audience.isEmpty()) {
                throw new IllegalArgumentException("a token without an audience would be valid everywhere");
            }
        }

        /** Our own API, which has no scopes. */
        public static Target own(String issuer) {
            return new Target(issuer, Scopes.NONE, false);
        }
    }

    /**
     * The login that the token comes from.
     *
     * @param start in whole milliseconds, rounded down
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
        public Session {
            start = start.truncatedTo(ChronoUnit.MILLIS);
        }

        /** A copy whose tokens are bound to other addresses. */
        public Session with(TrustedIps otherIps) {
            return new Session(id, start, method, attestation, maxUses, otherIps);
        }
    }

    public AccessToken {
        if (!expiry.isAfter(issuedAt)) {
            throw new IllegalArgumentException("a token that expires before it begins");
        }
    }

    public String audience() {
        return target.audience();
    }

    /**
     * Reads a token from the claims that {@link #claims} wrote.
     *
     * @param plainJwt what its header says
     * @throws Refused {@link Reason#CLAIM_MISSING}, {@link Reason#CLAIM_MALFORMED}
     */
    static AccessToken read(Claims claims, boolean plainJwt) throws Refused {
        try {
            Session session = new Session(
                    new SessionId(claims.text("sid")),
                    start(claims),
                    claims.text("auth_method"),
                    attestation(claims),
                    maxUses(claims),
                    trustedIps(claims));
            Subject subject = new Subject(
                    new IdentityId(claims.text("sub")),
                    claims.text("name"),
                    claims.text("role"),
                    projects(claims),
                    actors(claims));
            Target target = new Target(
                    claims.text("aud"),
                    Scopes.parse(claims.optionalText("scope").orElse("")),
                    plainJwt);
            return new AccessToken(
                    claims.text("jti"), subject, session, target, claims.time("iat"), claims.time("exp"));
        } catch (IllegalArgumentException e) {
            throw new Refused(Reason.CLAIM_MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    /**
     * {@code auth_time} is in whole seconds (OpenID Connect Core §2), {@code auth_time_ms} is the same instant to the
     * millisecond. Without the latter, a session may have begun at any time of its second: it is treated as begun at
     * the start of the second, so that every mark of that second covers it.
     */
    private static Instant start(Claims claims) throws Refused {
        Instant second = claims.time("auth_time");
        Optional<Long> millis = claims.optionalNumber("auth_time_ms");
        if (millis.isEmpty()) {
            return second;
        }
        if (Math.floorDiv(millis.get(), 1000L) != second.getEpochSecond()) {
            throw Refused.claim(
                    Reason.CLAIM_MALFORMED,
                    "auth_time_ms",
                    "the claims auth_time_ms and auth_time name different seconds");
        }
        return Instant.ofEpochMilli(millis.get());
    }

    private static List<Actor> actors(Claims claims) throws Refused {
        List<Actor> actors = new ArrayList<>();
        for (Optional<Claims> act = claims.optionalObject("act");
                act.isPresent();
                act = act.get().optionalObject("act")) {
            actors.add(Actor.read(act.get()));
        }
        return actors;
    }

    private static Map<String, Object> act(List<Actor> actors) {
        Map<String, Object> act = actors.get(0).claims();
        if (actors.size() > 1) {
            act.put("act", act(actors.subList(1, actors.size())));
        }
        return act;
    }

    private static Map<String, String> attestation(Claims claims) throws Refused {
        Map<String, String> facts = new LinkedHashMap<>();
        Claims attestation = claims.object("attestation");
        for (String name : attestation.asMap().keySet()) {
            facts.put(name, attestation.text(name));
        }
        return facts;
    }

    private static Map<String, List<String>> projects(Claims claims) throws Refused {
        Map<String, List<String>> roles = new LinkedHashMap<>();
        Claims projects = claims.object("projects");
        for (String project : projects.asMap().keySet()) {
            roles.put(project, projects.texts(project));
        }
        return roles;
    }

    /** Absent if there is no limit. */
    private static long maxUses(Claims claims) throws Refused {
        Optional<Long> limit = claims.optionalNumber("max_uses");
        if (limit.isPresent() && limit.get() < 1) {
            throw Refused.claim(Reason.CLAIM_MALFORMED, "max_uses", "the claim max_uses is less than 1");
        }
        return limit.orElse(0L);
    }

    private static TrustedIps trustedIps(Claims claims) throws Refused {
        List<String> blocks = claims.texts("trusted_ips");
        return blocks.isEmpty() ? TrustedIps.ANYWHERE : new TrustedIps(blocks);
    }

    Map<String, Object> claims(String issuer) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("sub", subject.id().value());
        claims.put("client_id", subject.id().value());
        claims.put("aud", target.audience());
        claims.put("iat", issuedAt.getEpochSecond());
        claims.put("nbf", issuedAt.getEpochSecond());
        claims.put("exp", expiry.getEpochSecond());
        claims.put("jti", tokenId);
        claims.put("sid", session.id().value());
        claims.put("auth_time", session.start().getEpochSecond());
        claims.put("auth_time_ms", session.start().toEpochMilli());
        claims.put("name", subject.name());
        claims.put("role", subject.role());
        claims.put("projects", subject.projects());
        claims.put("auth_method", session.method());
        claims.put("attestation", session.attestation());
        if (!target.scopes().isEmpty()) {
            claims.put("scope", target.scopes().toString());
        }
        if (!subject.actors().isEmpty()) {
            claims.put("act", act(subject.actors()));
        }
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
