package io.sallyport.simulated.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Reply;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who sends a request to the API server, and whether it accepts the answer: as kube-apiserver 1.36 does it.
 *
 * @param username {@code system:anonymous} without a bearer token; empty if there is one that is not valid
 * @param account empty if it is none
 */
record ApiCaller(Optional<String> username, Optional<ClusterServiceAccount> account) {
    private static final String ANONYMOUS = "system:anonymous";

    static ApiCaller of(HttpExchange exchange, SimulatedCluster cluster, TokenAuthenticator authenticator) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        if (header == null || !header.startsWith("Bearer ")) {
            return new ApiCaller(Optional.of(ANONYMOUS), Optional.empty());
        }
        TokenAuthenticator.Verdict verdict =
                authenticator.authenticate(header.substring("Bearer ".length()), List.of(cluster.apiAudience()));
        return new ApiCaller(verdict.account().map(ClusterServiceAccount::username), verdict.account());
    }

    boolean isAnonymous() {
        return username.filter(ANONYMOUS::equals).isPresent();
    }

    /** For a path that is no resource. */
    Reply forbidden(HttpExchange exchange) {
        if (username.isEmpty()) {
            return TokenReviewEndpoint.status(401, "Unauthorized", "Unauthorized");
        }
        return TokenReviewEndpoint.status(
                403,
                "Forbidden",
                "forbidden: User \"" + username.get() + "\" cannot "
                        + exchange.getRequestMethod().toLowerCase(Locale.ROOT) + " path \""
                        + exchange.getRequestURI().getPath() + "\"");
    }

    /** RFC 9110 §12.5.1, as far as the API server goes: the type itself or any, parameters aside, but no half of one. */
    static boolean accepts(HttpExchange exchange, String mediaType) {
        List<String> headers = exchange.getRequestHeaders().get("Accept");
        String accept = headers == null ? "" : String.join(",", headers);
        if (accept.isBlank()) {
            return true;
        }
        for (String range : accept.split(",", -1)) {
            String type = range.split(";", 2)[0].trim();
            if (type.equals(mediaType) || type.equals("*/*")) {
                return true;
            }
        }
        return false;
    }

    static Reply notAcceptable(String available) {
        return TokenReviewEndpoint.status(
                406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: " + available);
    }
}
