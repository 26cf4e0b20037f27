package io.sallyport.method.kubernetes;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.UnverifiedJwt;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a service account token before the API server is asked. Strangers can write anything into a token, so
 * this admits no one. It refuses what the review or the auth method would refuse anyway, so that strangers cannot make
 * this process send reviews, which carry the reviewer's token and may take seconds.
 */
final class UnreviewedToken {
    /**
     * The algorithms that a cluster can sign with, by {@code --service-account-signing-key-file} or an external signer.
     */
    private static final Set<String> ALGORITHMS = Set.of("RS256", "RS384", "RS512", "ES256", "ES384", "ES512");

    /** The issuer of tokens in Secrets of type {@code kubernetes.io/service-account-token}, which never expire. */
    private static final String LEGACY_ISSUER = "kubernetes/serviceaccount";

    private static final String LEGACY_UID = "kubernetes.io/serviceaccount/service-account.uid";

    /** The checks before a token is sent to the API server. */
    static final CheckSequence CHECKS = CheckSequence.of(
                    Check.ALGORITHM, Check.TIMES, Check.END, Check.SUBJECT, Check.AUDIENCE)
            .then(KubernetesAuth.CHECKS);

    private UnreviewedToken() {}

    /**
     * @throws Refused with the reason that the review or {@link KubernetesAuth#admit} would give;
     *     {@link Reason#ALGORITHM_NOT_ALLOWED}, {@link Reason#EXPIRED}, {@link Reason#CLAIM_MISSING},
     *     {@link Reason#CLAIM_MALFORMED}
     */
    static void requireAdmissible(UnverifiedJwt jwt, KubernetesAuth method, Instant now, CheckTrace trace)
            throws Refused {
        trace.at(Check.ALGORITHM);
        if (!ALGORITHMS.contains(jwt.algorithm())) {
            throw new Refused(
                    Reason.ALGORITHM_NOT_ALLOWED,
                    "the token says " + Quoted.quote(jwt.algorithm()) + ", which no cluster signs with");
        }
        Claims claims = jwt.unverifiedClaims();
        requireUnexpired(claims, now, trace);
        trace.at(Check.SUBJECT);
        ServiceAccountName account = ServiceAccountName.parse(claims.text("sub"));
        trace.at(Check.AUDIENCE);
        if (method.audience().isPresent()) {
            requireAudience(claims, method.audience().get());
        }
        method.admitAccount(account.namespace(), account.name(), trace);
        Optional<String> uid = uid(claims);
        if (uid.isPresent()) {
            method.admitUid(uid.get());
        }
        requirePlacement(claims, method.placement(), trace);
    }

    /** The API server reports pod and node from these claims. It says whether they are missing. */
    private static void requirePlacement(Claims claims, Placement placement, CheckTrace trace) throws Refused {
        trace.at(Placement.POD);
        Optional<String> pod = nameOf(claims, "pod");
        if (pod.isPresent()) {
            placement.requirePod(pod.get());
        }
        trace.at(Placement.NODE);
        Optional<String> node = nameOf(claims, "node");
        if (node.isPresent()) {
            placement.requireNode(node.get());
        }
    }

    private static Optional<String> nameOf(Claims claims, String object) throws Refused {
        Optional<Claims> kubernetes = claims.optionalObject("kubernetes.io");
        Optional<Claims> named =
                kubernetes.isEmpty() ? Optional.empty() : kubernetes.get().optionalObject(object);
        return named.isEmpty() ? Optional.empty() : named.get().optionalText("name");
    }

    private static void requireUnexpired(Claims claims, Instant now, CheckTrace trace) throws Refused {
        trace.at(Check.TIMES);
        Optional<Instant> expiry = claims.optionalTime("exp");
        // The API server allows for the same skew.
        if (expiry.isPresent() && !now.isBefore(expiry.get().plus(JwtVerifier.SKEW))) {
            throw new Refused(Reason.EXPIRED, "expired at " + expiry.get());
        }
        trace.at(Check.END);
        if (expiry.isEmpty() && !claims.optionalText("iss").orElse("").equals(LEGACY_ISSUER)) {
            throw Refused.claim(Reason.CLAIM_MISSING, "exp", "the claim exp is missing");
        }
    }

    /** A token without {@code aud} comes from an old Secret; the API server says whom it is for. */
    private static void requireAudience(Claims claims, String audience) throws Refused {
        @Nullable Object found = claims.asMap().get("aud");
        if (found == null && !claims.asMap().containsKey("aud")) {
            return;
        }
        // RFC 7519 §4.1.3: a list, or one text.
        if (!(found instanceof List<?> || found instanceof String)) {
            throw Refused.claim(Reason.CLAIM_MALFORMED, "aud", "the claim aud is malformed");
        }
        if (!(found instanceof List<?> audiences ? audiences.contains(audience) : audience.equals(found))) {
            throw new Refused(
                    Reason.WRONG_AUDIENCE,
                    "aud is " + Quoted.quote(String.valueOf(found)) + " and must contain " + Quoted.quote(audience));
        }
    }

    private static Optional<String> uid(Claims claims) throws Refused {
        Optional<Claims> kubernetes = claims.optionalObject("kubernetes.io");
        if (kubernetes.isEmpty()) {
            return claims.optionalText(LEGACY_UID);
        }
        Optional<Claims> account = kubernetes.get().optionalObject("serviceaccount");
        return account.isEmpty() ? Optional.empty() : account.get().optionalText("uid");
    }
}
