package io.sallyport.simulated.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import java.io.IOException;
import java.net.URLDecoder;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The method {@code token} of the Security Token Service API, REST reference, v1: a form as RFC 8693 §2.1 has it, which is
 * what Google's libraries send, or JSON with names in camelCase or as in the form.
 */
final class StsEndpoint implements Loopback.Endpoint {
    static final String PATH = "/v1/token";

    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String TOKEN_TYPE = "urn:ietf:params:oauth:token-type:";
    private static final String AWS_REQUEST = "urn:ietf:params:aws:token-type:aws4_request";
    private static final Pattern PROVIDER = Pattern.compile(
            "//iam\\.googleapis\\.com/projects/[0-9]+/locations/global/workloadIdentityPools/[^/]+/providers/[^/]+");

    private final Function<String, Optional<PoolProvider>> providers;
    private final Function<FederatedIdentity, String> issue;
    private final InstantSource clock;
    private final IssuerKeys keys;
    private final Behaviour behaviour = new Behaviour();
    private final AtomicInteger requests = new AtomicInteger();

    /**
     * @param providers by audience
     * @param issue a new access token
     */
    StsEndpoint(
            Function<String, Optional<PoolProvider>> providers,
            Function<FederatedIdentity, String> issue,
            IssuerKeys keys,
            InstantSource clock) {
        this.providers = providers;
        this.issue = issue;
        this.keys = keys;
        this.clock = clock;
        behaviour.cacheControl("private");
    }

    Behaviour behaviour() {
        return behaviour;
    }

    int requests() {
        return requests.get();
    }

    @Override
    public Reply answer(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")
                || !exchange.getRequestURI().getPath().equals(PATH)) {
            return Reply.error(404, "Method not found.");
        }
        requests.incrementAndGet();
        behaviour.awaitRelease();
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        return behaviour.applyTo(
                reply(String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")), body));
    }

    private Reply reply(String contentType, String body) {
        try {
            return exchange(isJson(contentType) ? json(body) : form(body));
        } catch (StsRefusal refusal) {
            return refusal.reply();
        }
    }

    private Reply exchange(Map<String, String> request) throws StsRefusal {
        require(request, "grant_type", List.of(GRANT));
        require(request, "requested_token_type", List.of(TOKEN_TYPE + "access_token"));
        String audience = value(request, "audience");
        if (!PROVIDER.matcher(audience).matches()) {
            throw StsRefusal.invalidRequest(
                    "Invalid value for \"audience\". This value should be the full resource name"
                            + " of the Identity Provider. See"
                            + " https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for the list of possible"
                            + " formats.");
        }
        PoolProvider provider = providers
                .apply(audience)
                .filter(known -> !known.disabled())
                .orElseThrow(() -> StsRefusal.invalidTarget(
                        "The target service indicated by the \"audience\" parameters is invalid. This might either be"
                                + " because the pool or provider is disabled or deleted or because it doesn't exist."));
        List<String> scopes = List.of(value(request, "scope").split(" "));
        Instant now = clock.instant();
        FederatedIdentity identity = identity(provider, request, scopes, now);
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("access_token", issue.apply(identity));
        token.put("issued_token_type", TOKEN_TYPE + "access_token");
        token.put("token_type", "Bearer");
        token.put("expires_in", Duration.between(now, identity.expires()).toSeconds());
        return Reply.json(200, token);
    }

    private FederatedIdentity identity(
            PoolProvider provider, Map<String, String> request, List<String> scopes, Instant now) throws StsRefusal {
        String token = value(request, "subject_token");
        if (provider instanceof AwsProvider aws) {
            require(request, "subject_token_type", List.of(AWS_REQUEST));
            return new AwsRequestCheck(aws, now).identity(token, scopes, LIFETIME);
        }
        require(request, "subject_token_type", List.of(TOKEN_TYPE + "jwt", TOKEN_TYPE + "id_token"));
        return new SubjectTokenCheck((OidcProvider) provider, keys, now).identity(token, scopes, LIFETIME);
    }

    private static void require(Map<String, String> request, String name, List<String> allowed) throws StsRefusal {
        if (!allowed.contains(value(request, name))) {
            throw StsRefusal.invalidRequest("Invalid value for \"" + name + "\".");
        }
    }

    private static String value(Map<String, String> request, String name) throws StsRefusal {
        String value = request.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw StsRefusal.invalidRequest("Missing required parameter: " + name + ".");
        }
        return value;
    }

    private static boolean isJson(String contentType) {
        return contentType.toLowerCase(Locale.ROOT).startsWith("application/json");
    }

    private static Map<String, String> form(String body) throws StsRefusal {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : body.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String value = parts.length == 2 ? URLDecoder.decode(parts[1], UTF_8) : "";
            // RFC 6749 §3.2: no parameter more than once.
            if (fields.put(URLDecoder.decode(parts[0], UTF_8), value) != null) {
                throw StsRefusal.invalidRequest("A parameter is given twice: " + parts[0] + ".");
            }
        }
        return fields;
    }

    private static Map<String, String> json(String body) throws StsRefusal {
        try {
            Map<String, String> fields = new LinkedHashMap<>();
            JSONObjectUtils.parse(body).forEach((name, value) -> fields.put(snakeCase(name), String.valueOf(value)));
            return fields;
        } catch (ParseException e) {
            throw StsRefusal.invalidRequest("The request is no JSON object.");
        }
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
