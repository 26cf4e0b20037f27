package io.sallyport.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.sallyport.json.Json;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** What clients send, and how they read the answer. */
final class Calls {
    static final String JSON = "application/json";
    static final String FORM = "application/x-www-form-urlencoded";
    static final String K8S_LOGIN = "/api/v1/auth/kubernetes-auth/login";
    static final String GCP_LOGIN = "/api/v1/auth/gcp-auth/login";
    static final String UNIVERSAL_LOGIN = "/api/v1/auth/universal-auth/login";
    static final String AWS_LOGIN = "/api/v1/auth/aws-auth/login";
    static final String AZURE_LOGIN = "/api/v1/auth/azure-auth/login";
    static final String RENEW = "/api/v1/auth/token/renew";
    static final String REVOKE = "/api/v1/auth/token/revoke";
    static final String JWKS = "/.well-known/jwks.json";
    static final String DISCOVERY = "/.well-known/openid-configuration";

    /** The address of every caller without another one (RFC 5737). */
    static final String HOME = "198.51.100.2";

    static final String AWAY = "203.0.113.7";

    private Calls() {}

    static Call login(String path, String identity, String jwt) {
        return json(path, Map.of("identityId", identity, "jwt", jwt));
    }

    static Call json(String path, Map<String, ?> fields) {
        return Call.post(path, JSON, Json.writeString(fields)).from(HOME);
    }

    static Call form(String path, Map<String, String> fields) {
        return Call.post(path, FORM, encoded(fields)).from(HOME);
    }

    static Call get(String path) {
        return Call.bodiless("GET", path).from(HOME);
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Logs in a pod of the shop. */
    static String logIn(DeploymentFixture cloud, String account) throws Exception {
        return accessToken(
                cloud,
                cloud.send(
                        "kubernetes-login",
                        login(K8S_LOGIN, account, cloud.world().podToken(account))));
    }

    static String accessToken(DeploymentFixture cloud, Answer granted) {
        assertThat(granted.status()).as(granted.body()).isEqualTo(200);
        return cloud.world().credential(String.valueOf(granted.json().get("accessToken")));
    }

    /** A token for the orders API, from the token service. */
    static String tokenForOrders(DeploymentFixture cloud) throws Exception {
        Answer granted = cloud.send(
                "token",
                form(
                        "/v1/token",
                        Map.of(
                                "grant_type",
                                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                                "assertion",
                                cloud.world().ciToken(),
                                "audience",
                                CloudWorldFixture.ORDERS_API,
                                "scope",
                                "read")));
        assertThat(granted.status()).as(granted.body()).isEqualTo(200);
        return cloud.world().credential(String.valueOf(granted.json().get("access_token")));
    }

    /** As the server of the orders API. */
    static Answer introspect(DeploymentFixture cloud, String token) throws Exception {
        Answer answer = cloud.send(
                "introspection",
                form(
                        "/v1/introspect",
                        Map.of("client_id", "orders", "client_secret", CloudWorldFixture.SECRET, "token", token)));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    static Object claim(String token, String name) throws Exception {
        return SignedJWT.parse(token).getJWTClaimsSet().getClaim(name);
    }

    /** The form of all errors except OAuth's. */
    static Answer assertError(Answer answer, int status, String error) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json())
                .containsOnlyKeys("reqId", "statusCode", "message", "error")
                .containsEntry("statusCode", (long) status)
                .containsEntry("error", error);
        return answer;
    }
}
