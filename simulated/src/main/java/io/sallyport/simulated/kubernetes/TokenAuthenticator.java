package io.sallyport.simulated.kubernetes;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an API server tells whose a service account token is: {@code k8s.io/kubernetes/pkg/serviceaccount}. */
record TokenAuthenticator(SimulatedCluster cluster) {
    /** go-jose's default leeway. */
    private static final Duration LEEWAY = Duration.ofMinutes(1);

    private static final String LEGACY_ISSUER = "kubernetes/serviceaccount";

    /**
     * What came of it.
     *
     * @param status as a review tells it
     */
    record Verdict(Optional<ClusterServiceAccount> account, Map<String, Object> status) {
        static Verdict failed(String why) {
            return new Verdict(
                    Optional.empty(), Map.of("user", Map.of(), "error", "[invalid bearer token, " + why + "]"));
        }
    }

    /** @param audiences any one of which the token must be for */
    Verdict authenticate(String token, List<String> audiences) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (!jwt.verify(new RSASSAVerifier(cluster.signingKey().key().toRSAPublicKey()))) {
                return Verdict.failed("Token has been invalidated");
            }
            return judge(jwt.getJWTClaimsSet(), audiences);
        } catch (ParseException | JOSEException e) {
            return Verdict.failed("could not be parsed");
        }
    }

    private Verdict judge(JWTClaimsSet claims, List<String> audiences) throws ParseException {
        boolean legacy = LEGACY_ISSUER.equals(claims.getIssuer());
        if (!legacy && !cluster.issuer().equals(claims.getIssuer())) {
            return Verdict.failed("unknown issuer");
        }
        Instant now = cluster.now();
        if (isBefore(claims.getExpirationTime(), now.minus(LEEWAY))) {
            return Verdict.failed("service account token has expired");
        }
        if (claims.getNotBeforeTime() != null
                && claims.getNotBeforeTime().toInstant().isAfter(now.plus(LEEWAY))) {
            return Verdict.failed("service account token is not valid yet");
        }
        List<String> own = legacy ? List.of(cluster.apiAudience()) : claims.getAudience();
        List<String> common = audiences.stream().filter(own::contains).toList();
        if (common.isEmpty()) {
            return Verdict.failed("token audiences " + own + " is invalid for the target audiences " + audiences);
        }
        return legacy ? legacyAccount(claims, common) : account(claims, common);
    }

    private Verdict account(JWTClaimsSet claims, List<String> audiences) throws ParseException {
        Map<String, Object> kubernetes = claims.getJSONObjectClaim("kubernetes.io");
        Map<?, ?> reference = kubernetes == null ? Map.of() : object(kubernetes.get("serviceaccount"));
        String namespace = kubernetes == null ? "" : text(kubernetes.get("namespace"));
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + claims.getJWTID()));
        if (kubernetes != null && kubernetes.containsKey("pod")) {
            Map<?, ?> pod = object(kubernetes.get("pod"));
            extra.put(
                    "authentication.kubernetes.io/node-name",
                    List.of(text(object(kubernetes.get("node")).get("name"))));
            extra.put("authentication.kubernetes.io/pod-name", List.of(text(pod.get("name"))));
            extra.put("authentication.kubernetes.io/pod-uid", List.of(text(pod.get("uid"))));
        }
        return account(namespace, text(reference.get("name")), text(reference.get("uid")), audiences, extra);
    }

    private Verdict legacyAccount(JWTClaimsSet claims, List<String> audiences) {
        return account(
                text(claims.getClaim("kubernetes.io/serviceaccount/namespace")),
                text(claims.getClaim("kubernetes.io/serviceaccount/service-account.name")),
                text(claims.getClaim("kubernetes.io/serviceaccount/service-account.uid")),
                audiences,
                Map.of());
    }

    private Verdict account(
            String namespace, String name, String uid, List<String> audiences, Map<String, Object> extra) {
        Optional<ClusterServiceAccount> known = cluster.find(namespace, name);
        if (known.isEmpty()) {
            return Verdict.failed("service account " + namespace + "/" + name + " has been deleted");
        }
        if (!known.get().uid().equals(uid)) {
            return Verdict.failed("service account UID (" + known.get().uid() + ") does not match claim (" + uid + ")");
        }
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("username", known.get().username());
        user.put("uid", uid);
        user.put(
                "groups",
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"));
        if (!extra.isEmpty()) {
            user.put("extra", extra);
        }
        return new Verdict(known, Map.of("authenticated", true, "user", user, "audiences", audiences));
    }

    private static boolean isBefore(@Nullable Date time, Instant instant) {
        return time != null && time.toInstant().isBefore(instant);
    }

    private static Map<?, ?> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }
}
