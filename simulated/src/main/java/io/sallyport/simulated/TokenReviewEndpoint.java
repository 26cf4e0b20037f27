package io.sallyport.simulated;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
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

    private final SimulatedCluster cluster;
    private final TokenAuthenticator authenticator;

    TokenReviewEndpoint(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.authenticator = new TokenAuthenticator(cluster);
    }

    @Override
    public Reply answer(HttpExchange exchange) throws IOException {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        if (header == null) {
            return forbidden("system:anonymous");
        }
        TokenAuthenticator.Verdict caller = header.startsWith("Bearer ")
                ? authenticator.authenticate(header.substring(7), List.of(cluster.apiAudience()))
                : TokenAuthenticator.Verdict.failed("not a bearer token");
        if (caller.account().isEmpty()) {
            return status(401, "Unauthorized", "Unauthorized");
        }
        if (!cluster.mayReview(caller.account().get())) {
            return forbidden(caller.account().get().username());
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            return status(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
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

    private static Reply forbidden(String user) {
        return status(
                403,
                "Forbidden",
                "tokenreviews.authentication.k8s.io is forbidden: User \"" + user
                        + "\" cannot create resource \"tokenreviews\" in API group \"authentication.k8s.io\" at the cluster"
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
