package io.sallyport.platforms;

import static io.sallyport.platforms.Calls.AWS_LOGIN;
import static io.sallyport.platforms.Calls.AZURE_LOGIN;
import static io.sallyport.platforms.Calls.FORM;
import static io.sallyport.platforms.Calls.GCP_LOGIN;
import static io.sallyport.platforms.Calls.JSON;
import static io.sallyport.platforms.Calls.JWKS;
import static io.sallyport.platforms.Calls.K8S_LOGIN;
import static io.sallyport.platforms.Calls.UNIVERSAL_LOGIN;
import static io.sallyport.platforms.Calls.accessToken;
import static io.sallyport.platforms.Calls.assertError;
import static io.sallyport.platforms.Calls.form;
import static io.sallyport.platforms.Calls.get;
import static io.sallyport.platforms.Calls.json;
import static io.sallyport.platforms.Calls.logIn;
import static io.sallyport.platforms.Calls.login;
import static io.sallyport.platforms.Calls.tokenForOrders;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who gets in, and who does not. */
final class LoginCases {
    private LoginCases() {}

    static List<Case> all() {
        return List.of(
                Case.onStore("a pod logs in; the published keys prove its token", LoginCases::logsInAPod),
                Case.onStore("a form logs in as JSON does", LoginCases::takesAForm),
                Case.onStore(
                        "`charset`, a trailing slash, an empty `Authorization`, unknown fields: no matter",
                        LoginCases::takesWhatClientsSend),
                Case.onStore(
                        "a CI run gets a token for an audience at `/v1/token`", LoginCases::givesATokenForAnAudience),
                Case.onStore("whatever is wrong, one and the same denial", LoginCases::deniesInOneWay),
                Case.onStore("Google: denied without its keys", LoginCases::deniesWithoutGoogle),
                Case.onStore("Google: could not be asked, 503 and never a denial", LoginCases::couldNotAskGoogle),
                Case.onStore("Azure: denied without its keys", LoginCases::deniesWithoutEntra),
                Case.onStore("Azure: could not be asked, 503 and never a denial", LoginCases::couldNotAskEntra),
                Case.onStore("AWS: denied without asking it", LoginCases::deniesWithoutSts),
                Case.onStore("client secret: denied", LoginCases::deniesASecret),
                Case.onStore(
                        "one instance serves many logins: the identity is read once", LoginCases::readsAnIdentityOnce));
    }

    private static void logsInAPod(DeploymentFixture cloud) throws Exception {
        Answer granted = cloud.send(
                "kubernetes-login", login(K8S_LOGIN, "payments", cloud.world().podToken("payments")));
        String token = accessToken(cloud, granted);

        assertThat(granted.headers()).containsEntry("cache-control", "no-store");
        assertThat(granted.json())
                .containsOnlyKeys("accessToken", "expiresIn", "accessTokenMaxTTL", "tokenType")
                .containsEntry("expiresIn", 600L)
                .containsEntry("tokenType", "Bearer");
        assertProven(cloud, token);
        assertThat(Calls.claim(token, "sub")).isEqualTo("payments");
        assertThat(Calls.claim(token, "aud")).isEqualTo(List.of(CloudWorldFixture.ISSUER));
    }

    private static void assertProven(DeploymentFixture cloud, String token) throws Exception {
        SignedJWT jwt = SignedJWT.parse(token);
        JWKSet keys = JWKSet.parse(cloud.send("well-known", get(JWKS)).body());
        ECDSAVerifier verifier =
                new ECDSAVerifier(keys.getKeyByKeyId(jwt.getHeader().getKeyID()).toECKey());
        assertThat(jwt.verify(verifier)).isTrue();
        assertThat(jwt.getHeader().getType()).hasToString("at+jwt");
        assertThat(jwt.getJWTClaimsSet().getIssuer()).isEqualTo(CloudWorldFixture.ISSUER);
        assertThat(jwt.getJWTClaimsSet().getExpirationTime().toInstant()).isAfter(Instant.now());
    }

    private static void takesAForm(DeploymentFixture cloud) throws Exception {
        Map<String, String> fields =
                Map.of("identityId", " payments ", "jwt", cloud.world().podToken("payments"));

        accessToken(cloud, cloud.send("kubernetes-login", form(K8S_LOGIN, fields)));
        accessToken(
                cloud,
                cloud.send(
                        "kubernetes-login",
                        Call.post(
                                K8S_LOGIN,
                                FORM + "; charset=UTF-8",
                                form(K8S_LOGIN, fields).body())));
    }

    private static void takesWhatClientsSend(DeploymentFixture cloud) throws Exception {
        Call plain = login(K8S_LOGIN, "payments", cloud.world().podToken("payments"));
        String body = plain.body().replace("{", "{\"organizationSlug\":\"Übung €😀\",");

        accessToken(
                cloud,
                cloud.send(
                        "kubernetes-login",
                        Call.post(K8S_LOGIN + "/", JSON + "; charset=utf-8", body)
                                .with("Authorization", "")));
    }

    private static void givesATokenForAnAudience(DeploymentFixture cloud) throws Exception {
        String token = tokenForOrders(cloud);

        assertProven(cloud, token);
        assertThat(Calls.claim(token, "sub")).isEqualTo("deployer");
        assertThat(Calls.claim(token, "aud")).isEqualTo(List.of(CloudWorldFixture.ORDERS_API));
        assertThat(Calls.claim(token, "scope")).isEqualTo("read");
    }

    private static void deniesInOneWay(DeploymentFixture cloud) throws Exception {
        CloudWorldFixture world = cloud.world();
        Instant past = Instant.now().minus(Duration.ofHours(1));
        Map<String, Call> flawed = new LinkedHashMap<>();
        flawed.put("unknown_identity", login(K8S_LOGIN, "no-such-id", world.podToken("payments")));
        flawed.put("identity_disabled", login(K8S_LOGIN, "disabled", world.podToken("disabled")));
        flawed.put("no_auth_method", login(K8S_LOGIN, "vm", world.podToken("payments")));
        flawed.put("assertion_malformed", login(K8S_LOGIN, "payments", "no token"));
        flawed.put("bad_signature", login(K8S_LOGIN, "payments", world.forgedPodToken("payments")));
        flawed.put("service_account_not_allowed", login(K8S_LOGIN, "payments", world.podToken("chief")));
        flawed.put(
                "wrong_audience",
                login(
                        K8S_LOGIN,
                        "payments",
                        world.podToken("payments", claims -> claims.audience("https://evil.example"))));
        flawed.put(
                "expired",
                login(
                        K8S_LOGIN,
                        "payments",
                        world.podToken("payments", claims -> claims.expirationTime(Date.from(past)))));

        Set<Object> answers = new HashSet<>();
        List<Object> reasons = new ArrayList<>();
        for (Call call : flawed.values()) {
            Answer denied = assertError(cloud.send("kubernetes-login", call), 401, "UnauthorizedError");
            String id = String.valueOf(denied.json().get("reqId"));
            answers.add(List.of(denied.headers(), denied.body().replace(id, "ID")));
            reasons.add(cloud.lineAbout("kubernetes-login", denied).get("reason"));
        }
        assertThat(answers).hasSize(1);
        assertThat(reasons).isEqualTo(List.copyOf(flawed.keySet()));
    }

    private static void deniesWithoutGoogle(DeploymentFixture cloud) throws Exception {
        assertDenied(cloud, "gcp-login", login(GCP_LOGIN, "vm", "no token"), "assertion_malformed");
        assertDenied(
                cloud,
                "gcp-login",
                login(GCP_LOGIN, "no-such-id", cloud.world().idToken("no-such-id")),
                "unknown_identity");
        assertDenied(
                cloud,
                "gcp-login",
                form(GCP_LOGIN, Map.of("identityId", "job", "jwt", cloud.world().podToken("payments"))),
                "subject_not_service_account");
    }

    private static void couldNotAskGoogle(DeploymentFixture cloud) throws Exception {
        assertUndecided(cloud, "gcp-login", login(GCP_LOGIN, "vm", cloud.world().idToken("vm")));
        assertUndecided(
                cloud, "gcp-login", login(GCP_LOGIN, "job", cloud.world().signedJwt("job")));
    }

    private static void deniesWithoutEntra(DeploymentFixture cloud) throws Exception {
        assertDenied(cloud, "azure-login", login(AZURE_LOGIN, "azure-vm", "no token"), "assertion_malformed");
        assertDenied(
                cloud,
                "azure-login",
                login(AZURE_LOGIN, "no-such-id", cloud.world().managedIdentityToken()),
                "unknown_identity");
    }

    private static void couldNotAskEntra(DeploymentFixture cloud) throws Exception {
        assertUndecided(
                cloud,
                "azure-login",
                login(AZURE_LOGIN, "azure-vm", cloud.world().managedIdentityToken()));
    }

    private static void deniesWithoutSts(DeploymentFixture cloud) throws Exception {
        assertDenied(cloud, "aws-login", awsLogin("aws-vm"), "signed_request_malformed");
        assertDenied(cloud, "aws-login", awsLogin("no-such-id"), "unknown_identity");
    }

    private static void deniesASecret(DeploymentFixture cloud) throws Exception {
        assertDenied(cloud, "universal-login", universalLogin("aws-vm"), "no_auth_method");
        assertDenied(cloud, "universal-login", universalLogin("no-such-id"), "unknown_identity");
    }

    private static Call universalLogin(String client) {
        return json(UNIVERSAL_LOGIN, Map.of("clientId", client, "clientSecret", "wrong"));
    }

    /** Without a signature. */
    private static Call awsLogin(String identity) {
        return json(
                AWS_LOGIN,
                Map.of(
                        "identityId", identity,
                        "iamHttpRequestMethod", "POST",
                        "iamRequestBody", "QWN0aW9uPUdldENhbGxlcklkZW50aXR5JlZlcnNpb249MjAxMS0wNi0xNQ==",
                        "iamRequestHeaders", "e30="));
    }

    private static void assertDenied(DeploymentFixture cloud, String function, Call call, String reason)
            throws Exception {
        Answer denied = assertError(cloud.send(function, call), 401, "UnauthorizedError");
        assertThat(cloud.lineAbout(function, denied))
                .containsEntry("outcome", "denied")
                .containsEntry("reason", reason);
    }

    private static void assertUndecided(DeploymentFixture cloud, String function, Call call) throws Exception {
        Answer undecided = assertError(cloud.send(function, call), 503, "ServiceUnavailable");
        assertThat(undecided.headers()).containsKey("retry-after");
        assertThat(cloud.lineAbout(function, undecided))
                .containsEntry("outcome", "undecided")
                .containsEntry("reason", "keys_unavailable");
    }

    /** The first reading may be an earlier case's; what counts is that there are no more. */
    private static void readsAnIdentityOnce(DeploymentFixture cloud) throws Exception {
        logIn(cloud, "restricted");
        String token = logIn(cloud, "restricted");
        Object session = Calls.claim(token, "sid");

        Map<String, Object> line =
                cloud.line("kubernetes-login", "session " + session, each -> session.equals(each.get("sessionId")));
        assertThat(String.valueOf(line.getOrDefault("calls", List.of()))).doesNotContain("find identity");
    }
}
