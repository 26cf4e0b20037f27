package io.sallyport.tokenservice;

import io.sallyport.http.Handler;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.http.Routes;
import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import io.sallyport.oauth.TokenEndpoint;
import io.sallyport.token.RotatingKeys;
import io.sallyport.token.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What verifiers of our tokens need: metadata (OpenID Connect Discovery §3, RFC 8414 §2) and keys (RFC 7517 §5). The
 * documents never depend on the request.
 */
public final class Discovery {
    static final String TOKEN = "/v1/token";

    private static final String JWKS = "/.well-known/jwks.json";
    private static final List<String> CLIENT_AUTHENTICATION =
            List.of("client_secret_basic", "client_secret_post", "private_key_jwt", "spiffe_jwt");

    /** {@code none} is for a client whose assertion or subject token is its whole proof: RFC 7523 §3.1, MCP SEP-1933. */
    private static final List<String> TOKEN_AUTHENTICATION =
            List.of("client_secret_basic", "client_secret_post", "private_key_jwt", "spiffe_jwt", "none");

    private Discovery() {}

    /** @param issuer kept byte for byte: verifiers compare it that way */
    public static Routes routes(String issuer, SigningKeys keys) {
        Handler metadata = new Document(metadata(issuer, keys.algorithms()));
        return new Routes()
                .add("GET", "/.well-known/openid-configuration", metadata)
                .add("GET", "/.well-known/oauth-authorization-server", metadata)
                .add("GET", JWKS, new Document(keys.published()));
    }

    /** Routes for keys that change while the process runs. */
    public static Routes routes(String issuer, RotatingKeys keys, InstantSource clock) {
        Handler metadata = request ->
                new Document(metadata(issuer, keys.published(clock.instant()).algorithms())).handle(request);
        return new Routes()
                .add("GET", "/.well-known/openid-configuration", metadata)
                .add("GET", "/.well-known/oauth-authorization-server", metadata)
                .add(
                        "GET",
                        JWKS,
                        request -> new Document(keys.published(clock.instant()).published()).handle(request));
    }

    private static Map<String, Object> metadata(String issuer, List<Algorithm> algorithms) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        List<String> verified =
                Arrays.stream(Algorithm.values()).map(Algorithm::name).toList();
        metadata.put("issuer", issuer);
        metadata.put("jwks_uri", issuer + JWKS);
        metadata.put("token_endpoint", issuer + TOKEN);
        endpoint("token", TOKEN_AUTHENTICATION, verified, metadata);
        metadata.put("introspection_endpoint", issuer + "/v1/introspect");
        endpoint("introspection", CLIENT_AUTHENTICATION, verified, metadata);
        metadata.put("revocation_endpoint", issuer + "/v1/revoke");
        endpoint("revocation", CLIENT_AUTHENTICATION, verified, metadata);
        metadata.put("grant_types_supported", TokenEndpoint.GRANT_TYPES);
        // There is no authorization endpoint, but OpenID Connect Discovery §3 requires these.
        metadata.put("response_types_supported", List.of("id_token"));
        metadata.put("subject_types_supported", List.of("public"));
        metadata.put("scopes_supported", List.of("openid"));
        metadata.put(
                "id_token_signing_alg_values_supported",
                algorithms.stream().map(Algorithm::name).toList());
        metadata.put(
                "claims_supported", List.of("iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope"));
        return metadata;
    }

    /** An endpoint and its client authentication methods (RFC 8414 §2). */
    private static void endpoint(
            String name, List<String> methods, List<String> algorithms, Map<String, Object> metadata) {
        metadata.put(name + "_endpoint_auth_methods_supported", methods);
        metadata.put(name + "_endpoint_auth_signing_alg_values_supported", algorithms);
    }

    /** A JSON document. */
    private record Document(String json, String etag) implements Handler {
        private static final String CACHE = "public, max-age=" + SigningKeys.CACHE_TIME.toSeconds();

        Document(Map<String, Object> content) {
            this(Json.writeString(content));
        }

        private Document(String json) {
            this(json, etag(json));
        }

        @Override
        public Response handle(Request request) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Cache-Control", CACHE);
            headers.put("ETag", etag);
            headers.put("X-Content-Type-Options", "nosniff");
            if (matches(request)) {
                return new Response(304, headers, "");
            }
            headers.put("Content-Type", "application/json; charset=utf-8");
            return new Response(200, headers, json);
        }

        /** RFC 9110 §13.1.2: any tag of the list matches, weak or not. */
        private boolean matches(Request request) {
            return request.headers().all("If-None-Match").stream()
                    .flatMap(value -> Arrays.stream(value.split(",", -1)))
                    .map(String::trim)
                    .anyMatch(tag -> tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag));
        }

        private static String etag(String json) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
                return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16)) + '"';
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
