package io.sallyport.method.kubernetes;

import io.sallyport.Check;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource {@code TokenReview}: Kubernetes API reference, group {@code authentication.k8s.io/v1}. */
final class TokenReview {
    static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";

    private static final String API_VERSION = "authentication.k8s.io/v1";
    private static final String KIND = "TokenReview";

    private static final int MAX_NAME = 253;

    private TokenReview() {}

    /** The request body. */
    static byte[] of(String token, Optional<String> audience) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("token", token);
        audience.ifPresent(wanted -> spec.put("audiences", List.of(wanted)));
        Map<String, Object> review = new LinkedHashMap<>();
        review.put("apiVersion", API_VERSION);
        review.put("kind", KIND);
        review.put("spec", spec);
        return Json.write(review);
    }

    /**
     * Judges the answer. Only an unambiguous yes counts as yes.
     *
     * @throws Refused {@link Reason#NOT_AUTHENTICATED}, {@link Reason#SUBJECT_NOT_SERVICE_ACCOUNT}, {@link
     *     Reason#WRONG_AUDIENCE}; {@link Reason#REVIEW_UNAVAILABLE} if it is no answer to the question
     */
    static KubernetesAttestation judge(String json, String token, Optional<String> audience, CheckTrace trace)
            throws Refused {
        Map<?, ?> status = status(json, token);
        trace.at(KubernetesVerifier.AUTHENTICATED);
        // On failure the API server omits "authenticated".
        if (!Boolean.TRUE.equals(status.get("authenticated")) || status.containsKey("error")) {
            throw new Refused(
                    Reason.NOT_AUTHENTICATED,
                    "the API server says: " + Quoted.quote(String.valueOf(status.get("error"))));
        }
        trace.at(Check.SUBJECT);
        Map<?, ?> user = object(status.get("user"));
        ServiceAccountName account = ServiceAccountName.parse(String.valueOf(user.get("username")));
        trace.at(Check.AUDIENCE);
        // An API server that does not support audiences omits them: the token is then valid only for that server.
        if (audience.isPresent()
                && !(status.get("audiences") instanceof List<?> audiences && audiences.contains(audience.get()))) {
            throw new Refused(
                    Reason.WRONG_AUDIENCE,
                    "the token is for " + Quoted.quote(String.valueOf(status.get("audiences"))) + " and must be for "
                            + Quoted.quote(audience.get()));
        }
        return new KubernetesAttestation(
                account.namespace(),
                account.name(),
                text(user.get("uid")),
                pod(object(user.get("extra"))),
                node(object(user.get("extra"))));
    }

    private static Map<?, ?> status(String json, String token) throws Refused {
        try {
            Map<String, @Nullable Object> review = Json.parseObject(json);
            // API servers repeat the request. The answer to another one, as after a mix-up of connections, admits no
            // one.
            if (object(review.get("spec")).get("token") instanceof String reviewed && !reviewed.equals(token)) {
                throw new Refused(Reason.REVIEW_UNAVAILABLE, "the answer is about another token");
            }
            if (KIND.equals(review.get("kind"))
                    && API_VERSION.equals(review.get("apiVersion"))
                    && review.get("status") instanceof Map<?, ?> status) {
                return status;
            }
            throw new Refused(Reason.REVIEW_UNAVAILABLE, "the answer is not a TokenReview with a status");
        } catch (MalformedJsonException e) {
            throw new Refused(Reason.REVIEW_UNAVAILABLE, "the answer is " + e.getMessage());
        }
    }

    private static Optional<KubernetesAttestation.Pod> pod(Map<?, ?> extra) {
        String name = only(extra.get("authentication.kubernetes.io/pod-name"));
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new KubernetesAttestation.Pod(name, only(extra.get("authentication.kubernetes.io/pod-uid"))));
    }

    private static Optional<KubernetesAttestation.Node> node(Map<?, ?> extra) {
        String name = only(extra.get("authentication.kubernetes.io/node-name"));
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new KubernetesAttestation.Node(name, only(extra.get("authentication.kubernetes.io/node-uid"))));
    }

    /** The text of a list of one; empty if it is not that. */
    private static String only(@Nullable Object values) {
        return values instanceof List<?> list && list.size() == 1 ? text(list.get(0)) : "";
    }

    private static Map<?, ?> object(@Nullable Object value) {
        return value instanceof Map<?, ?> object ? object : Map.of();
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text && text.length() <= MAX_NAME ? text : "";
    }
}
