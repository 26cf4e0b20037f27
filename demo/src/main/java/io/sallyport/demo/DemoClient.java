package io.sallyport.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.sallyport.IdentityId;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What workloads, services and operators do with a server, with every step shown. */
final class DemoClient {
    private final Transcript transcript;
    private final String issuer;
    private final Queue<String> auditLog;

    DemoClient(Transcript transcript, String issuer, Queue<String> auditLog) {
        this.transcript = transcript;
        this.issuer = issuer;
        this.auditLog = auditLog;
    }

    Transcript transcript() {
        return transcript;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return transcript.exchange(request(path), "");
    }

    /**
     * Logs in with JSON.
     *
     * @param platform as in the login's path, such as {@code gcp-auth}
     */
    HttpResponse<String> logIn(String platform, IdentityId identity, String jwt)
            throws IOException, InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("identityId", identity.value());
        body.put("jwt", jwt);
        return postJson("/api/v1/auth/" + platform + "/login", body);
    }

    /** Logs in with a form. */
    HttpResponse<String> logInByForm(String platform, IdentityId identity, String jwt)
            throws IOException, InterruptedException {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("identityId", identity.value());
        fields.put("jwt", jwt);
        return postForm(request("/api/v1/auth/" + platform + "/login"), fields);
    }

    HttpResponse<String> renew(String accessToken) throws IOException, InterruptedException {
        return postJson("/api/v1/auth/token/renew", Map.of("accessToken", accessToken));
    }

    HttpResponse<String> revoke(String accessToken) throws IOException, InterruptedException {
        return postJson("/api/v1/auth/token/revoke", Map.of("accessToken", accessToken));
    }

    /**
     * Introspects a token that was presented to a service.
     *
     * @param own the service's own access token
     */
    Map<String, @Nullable Object> introspect(String own, String shown)
            throws IOException, InterruptedException, MalformedJsonException {
        HttpRequest.Builder request = request("/v1/introspect").header("Authorization", "Bearer " + own);
        return Json.parseObject(postForm(request, Map.of("token", shown)).body());
    }

    /**
     * Introspects a token as a client that authenticates with its platform's token rather than one of ours (RFC 7523
     * §2.2).
     */
    Map<String, @Nullable Object> introspectAsAClient(String assertion, String shown)
            throws IOException, InterruptedException, MalformedJsonException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("token", shown);
        authenticate(form, assertion);
        return Json.parseObject(postForm(request("/v1/introspect"), form).body());
    }

    /** Adds a client's assertion to a form. */
    static void authenticate(Map<String, String> form, String assertion) {
        form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        form.put("client_assertion", assertion);
    }

    /** Requests a token from the token endpoint. */
    HttpResponse<String> token(Map<String, String> fields) throws IOException, InterruptedException {
        return postForm(request("/v1/token"), fields);
    }

    private HttpResponse<String> postJson(String path, Map<String, Object> body)
            throws IOException, InterruptedException {
        return postJson(request(path), body);
    }

    /** Posts JSON to the request's address. */
    HttpResponse<String> postJson(HttpRequest.Builder request, Map<String, Object> body)
            throws IOException, InterruptedException {
        String json = Json.writeString(body);
        return transcript.exchange(
                request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json)),
                json);
    }

    /** Posts a form to the request's address. */
    HttpResponse<String> postForm(HttpRequest.Builder request, Map<String, String> fields)
            throws IOException, InterruptedException {
        StringBuilder form = new StringBuilder();
        fields.forEach((name, value) -> form.append(form.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return transcript.exchange(
                request.header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form.toString())),
                form.toString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(issuer + path));
    }

    static String accessToken(HttpResponse<String> response) throws MalformedJsonException {
        return String.valueOf(Json.parseObject(response.body()).get("accessToken"));
    }

    /** Shows the audit line of a request, as an operator would find it by the request id that the caller got. */
    void explain(HttpResponse<String> denied, String reason) throws MalformedJsonException {
        String requestId = String.valueOf(Json.parseObject(denied.body()).get("reqId"));
        String line = auditLog.stream()
                .filter(entry -> entry.contains(requestId))
                .findFirst()
                .orElse("{}");
        transcript.say("The operator finds this line in the log by that reqId:");
        transcript.show("  ", line);
        transcript.check(
                "the reason is " + reason, reason.equals(Json.parseObject(line).get("reason")));
    }

    /** Verifies a token as a resource server would (RFC 9068 §4), with nimbus alone. */
    boolean verifies(String accessToken, String jwks) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                issuer,
                new JWTClaimsSet.Builder().issuer(issuer).build(),
                Set.of("sub", "exp", "iat", "jti", "client_id")));
        try {
            processor.setJWSKeySelector(
                    new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, new ImmutableJWKSet<>(JWKSet.parse(jwks))));
            return processor.process(accessToken, null) != null;
        } catch (ParseException | BadJOSEException | JOSEException e) {
            return false;
        }
    }
}
