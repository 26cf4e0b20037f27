package io.sallyport.simulated.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import java.io.IOException;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;

/** The resource {@code tokenreviews}: Kubernetes API reference, group {@code authentication.k8s.io/v1}. */
final class TokenReviewEndpoint implements Loopback.Endpoint {
    static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";

    private static final String MEDIA_TYPES = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

    private final SimulatedCluster cluster;
    private final TokenAuthenticator authenticator;

    TokenReviewEndpoint(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.authenticator = new TokenAuthenticator(cluster);
    }

    @Override
    public Reply answer(HttpExchange exchange) throws IOException {
        ApiCaller caller = ApiCaller.of(exchange, cluster, authenticator);
        if (caller.username().isEmpty()) {
            return status(401, "Unauthorized", "Unauthorized");
        }
        // The role system:auth-delegator allows to create reviews, and nothing else.
        String verb = verb(exchange.getRequestMethod());
        if (!caller.account().map(cluster::mayReview).orElse(false) || !verb.equals("create")) {
            return forbidden(caller.username().get(), verb);
        }
        if (!ApiCaller.accepts(exchange, "application/json")) {
            return ApiCaller.notAcceptable(MEDIA_TYPES);
        }
        if (!isJson(exchange)) {
            return status(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: " + MEDIA_TYPES);
        }
        try {
            return review(
                    JSONObjectUtils.parse(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
        } catch (ParseException e) {
            return status(400, "BadRequest", "the object provided is unrecognized");
        }
    }

    private Reply review(Map<String, Object> request) throws ParseException {
        Map<String, Object> spec = JSONObjectUtils.getJSONObject(request, "spec");
        if (!"TokenReview".equals(request.get("kind"))
                || !"authentication.k8s.io/v1".equals(request.get("apiVersion"))
                || spec == null) {
            return status(400, "BadRequest", "the object provided is unrecognized");
        }
        String token = JSONObjectUtils.getString(spec, "token");
        if (token == null || token.isEmpty()) {
            return status(400, "BadRequest", "token is required for TokenReview in authentication");
        }
        List<String> asked = Optional.ofNullable(JSONObjectUtils.getStringList(spec, "audiences"))
                .filter(list -> !list.isEmpty())
                .orElse(List.of(cluster.apiAudience()));
        TokenAuthenticator.Verdict verdict = authenticator.authenticate(token, asked);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("kind", "TokenReview");
        answer.put("apiVersion", "authentication.k8s.io/v1");
        answer.put("metadata", Map.of("creationTimestamp", "2026-03-01T12:00:00Z"));
        answer.put("spec", spec);
        answer.put("status", verdict.status());
        return Reply.json(201, answer);
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "deletecollection";
            default -> "list";
        };
    }

    /** What is not told counts as JSON. */
    private static boolean isJson(HttpExchange exchange) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        return type == null || type.isBlank() || type.split(";", 2)[0].trim().equals("application/json");
    }

    private static Reply forbidden(String user, String verb) {
        return status(
                403,
                "Forbidden",
                "tokenreviews.authentication.k8s.io is forbidden: User \"" + user
                        + "\" cannot " + verb
                        + " resource \"tokenreviews\" in API group \"authentication.k8s.io\" at the cluster"
                        + " scope");
    }

    /** Kubernetes API conventions, "Response Status Kind". */
    static Reply status(int code, String reason, String message) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("kind", "Status");
        status.put("apiVersion", "v1");
        status.put("metadata", Map.of());
        status.put("status", "Failure");
        status.put("message", message);
        status.put("reason", reason);
        status.put("code", code);
        return Reply.json(code, status);
    }

    static String serverName(HttpExchange exchange) {
        if (exchange instanceof HttpsExchange secure
                && secure.getSSLSession() instanceof ExtendedSSLSession session
                && !session.getRequestedServerNames().isEmpty()) {
            SNIServerName name = session.getRequestedServerNames().get(0);
            return new String(name.getEncoded(), UTF_8);
        }
        return "-";
    }
}
