package io.sallyport.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.simulated.google.SimulatedGoogle;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gets tokens from a server and introspects them, as workloads and resource servers do. */
public final class SessionClient {
    public static final String ISSUER = "https://login.example.com";
    static final String JSON = "application/json";
    public static final String FORM = "application/x-www-form-urlencoded";
    static final String LOGIN = "/api/v1/auth/gcp-auth/login";
    static final String RENEW = "/api/v1/auth/token/renew";
    static final String REVOKE = "/api/v1/auth/token/revoke";
    static final String INTROSPECT = "/v1/introspect";

    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();

    private final int port;
    private final SimulatedGoogle google;

    public SessionClient(int port, SimulatedGoogle google) {
        this.port = port;
        this.google = google;
    }

    /** An identity that logs in with an ID token. */
    static Identity identity(IdentityId id, Map<String, Object> policy, Map<String, Object> more) {
        Map<String, Object> gcpAuth = new HashMap<>(Map.of("type", "gce", "allowedServiceAccounts", EMAIL));
        gcpAuth.putAll(policy);
        Map<String, Object> fields = new HashMap<>(more);
        fields.put("gcpAuth", gcpAuth);
        return Providers.DOCUMENTS.read(id, fields);
    }

    public static Environment environment(Map<String, String> variables, InstantSource clock) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("SALLYPORT_ISSUER", ISSUER);
        return new Environment(all, clock, Environment.system().ids(), HttpFetcher.plainHttpToo(), line -> {});
    }

    public static LocalServer serve(
            Environment environment, Path data, SimulatedGoogle google, List<Identity> identities) {
        return LocalServer.start(
                environment, new LocalServer.Options("127.0.0.1", 0, data, identities, google.replacedAddresses()));
    }

    static GcpVerifier.Endpoints endpoints(SimulatedGoogle google) {
        return new GcpVerifier.Endpoints(google.oauth2Certs(), google.serviceAccountCerts());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** @param headers names and values, alternating */
    public HttpResponse<String> post(String path, String contentType, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> login(IdentityId id) throws IOException, InterruptedException {
        String idToken = google.signIdToken(
                google.idTokenClaims(google.serviceAccount(EMAIL), id.value()).build());
        return post(LOGIN, JSON, Json.writeString(Map.of("identityId", id.value(), "jwt", idToken)));
    }

    /** The token of a login that must succeed. */
    public String token(IdentityId id) throws IOException, InterruptedException {
        return accessToken(login(id));
    }

    public HttpResponse<String> renew(String token, String... headers) throws IOException, InterruptedException {
        return post(RENEW, JSON, json(token), headers);
    }

    HttpResponse<String> revoke(String token) throws IOException, InterruptedException {
        return post(REVOKE, JSON, json(token));
    }

    public HttpResponse<String> introspect(String bearer, String token) throws IOException, InterruptedException {
        return post(INTROSPECT, FORM, "token=" + URLEncoder.encode(token, UTF_8), "Authorization", "Bearer " + bearer);
    }

    static String json(String token) {
        return Json.writeString(Map.of("accessToken", token));
    }

    public static Map<String, Object> body(HttpResponse<String> response) {
        try {
            return Json.parseObject(response.body());
        } catch (MalformedJsonException e) {
            throw new AssertionError(response.statusCode() + " without JSON: " + response.body(), e);
        }
    }

    static String accessToken(HttpResponse<String> response) {
        if (!(body(response).get("accessToken") instanceof String token)) {
            throw new AssertionError(response.statusCode() + " without a token: " + response.body());
        }
        return token;
    }

    public static JWTClaimsSet claims(String token) {
        try {
            return SignedJWT.parse(token).getJWTClaimsSet();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }
}
