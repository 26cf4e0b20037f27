package io.sallyport.server;

import static io.sallyport.server.ServerFixture.JOB;
import static io.sallyport.server.ServerFixture.LOGIN;
import static io.sallyport.server.ServerFixture.VM;
import static io.sallyport.server.ServerFixture.json;
import static io.sallyport.server.ServerFixture.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.http.Body;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import io.sallyport.testing.RawHttp;
import io.sallyport.testing.RawHttp.Answer;
import java.io.ByteArrayInputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ServeTest {
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final String JWKS = "/.well-known/jwks.json";
    private static final String CANARY = "eyJhbGciOiJSUzI1NiJ9." + "CANARY".repeat(30) + ".c2lnbmF0dXJlLWNhbmFyeQ";

    @TempDir
    private static Path data;

    private static SimulatedGoogle google;
    private static SimulatedServiceAccount account;
    private static ServerFixture stage;

    @BeforeAll
    static void serve() {
        google = ServerFixture.google();
        account = google.serviceAccount(ServerFixture.EMAIL);
        Identity disabled = new Identity(new IdentityId("old"), "Old", Identity.NO_ACCESS, Map.of(), true, List.of());
        Identity bare = new Identity(new IdentityId("bare"), "Bare", Identity.NO_ACCESS, Map.of(), false, List.of());
        stage = ServerFixture.open(
                google, data, Map.of(), List.of(ServerFixture.vm(Map.of()), ServerFixture.job(), disabled, bare));
    }

    @AfterAll
    static void stop() {
        stage.close();
        google.close();
    }

    @FunctionalInterface
    private interface Attempt {
        Answer make() throws Exception;
    }

    static Stream<Arguments> grantsALogin() {
        return Stream.of(
                arguments("in JSON", attempt(() -> posted(JSON, json(VM, vmToken())))),
                arguments(
                        "in JSON that names its charset",
                        attempt(() -> posted(JSON + "; charset=utf-8", json(VM, vmToken())))),
                arguments(
                        "in JSON that quotes its charset in capitals",
                        attempt(() -> posted(JSON + ";charset=\"UTF-8\"", json(VM, vmToken())))),
                arguments("in a form", attempt(() -> posted(FORM, form(VM, vmToken())))),
                arguments(
                        "in a form that names its charset",
                        attempt(() -> posted(FORM + "; charset=utf-8", form(VM, vmToken())))),
                arguments("with a body of unknown length", attempt(ServeTest::chunkedByAClient)),
                arguments("with a body in many small chunks", attempt(ServeTest::chunkedByHand)),
                arguments("with a body that waits to be asked for", attempt(ServeTest::whenAskedFor)),
                arguments(
                        "with an Authorization header that is empty",
                        attempt(() -> raw("Authorization:\r\n", json(VM, vmToken())))),
                arguments(
                        "with an Authorization header that is a space",
                        attempt(() -> raw("Authorization: \r\n", json(VM, vmToken())))),
                arguments("with a trailing slash in the path", attempt(ServeTest::withTrailingSlash)),
                arguments(
                        "with spaces around the fields",
                        attempt(() -> posted(JSON, fields(" " + VM + "\n", "\t" + vmToken() + " ")))),
                arguments("with unknown fields", attempt(() -> posted(JSON, with("scope", "everything")))),
                arguments(
                        "with organizationSlug, as Infisical's clients send it",
                        attempt(() -> posted(JSON, with("organizationSlug", "acme")))),
                arguments(
                        "with a body of just the most that is taken",
                        attempt(() -> posted(JSON, ofLength(Body.MAX_COUNT)))));
    }

    private static Attempt attempt(Attempt attempt) {
        return attempt;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void grantsALogin(String how, Attempt attempt) throws Exception {
        Answer answer = attempt.make();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        Map<String, Object> body = Json.parseObject(answer.body());
        assertThat(body).containsOnlyKeys("accessToken", "expiresIn", "accessTokenMaxTTL", "tokenType");
        assertThat(body)
                .containsEntry("expiresIn", 600L)
                .containsEntry("accessTokenMaxTTL", 3600L)
                .containsEntry("tokenType", "Bearer");
        SignedJWT token = ServerFixture.accessToken(answer.body());
        assertThat(verifies(token)).isTrue();
        assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo(VM.value());
        assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo(stage.server().issuer());
    }

    private static Answer chunkedByAClient() throws Exception {
        byte[] body = json(VM, vmToken()).getBytes(UTF_8);
        return Answer.of(send(stage.request(LOGIN)
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))));
    }

    private static Answer chunkedByHand() throws Exception {
        String[] chunks = json(VM, vmToken()).split("(?<=\\G.{7})");
        return RawHttp.send(port(), RawHttp.chunked(LOGIN, "Content-Type: " + JSON + "\r\n", chunks));
    }

    private static Answer whenAskedFor() throws Exception {
        String body = json(VM, vmToken());
        Answer answer = RawHttp.expectContinue(port(), head("Expect: 100-continue\r\n", body), body);
        assertThat(answer.interim()).containsExactly(100);
        return answer;
    }

    private static Answer withTrailingSlash() throws Exception {
        return Answer.of(send(stage.request(LOGIN + "/")
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofString(json(VM, vmToken())))));
    }

    @Test
    void grantsALoginOfAServiceAccountThatSignsAJwt() throws Exception {
        HttpResponse<String> response = stage.logIn(JOB, stage.signedJwt(JOB));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(ServerFixture.accessToken(response.body()).getJWTClaimsSet().getStringClaim("auth_method"))
                .isEqualTo("gcp-iam");
    }

    static Stream<Arguments> deniesInTheSameWords() {
        return Stream.of(
                denial("unknown_identity", new IdentityId("no-such-id"), () -> vmToken()),
                denial("identity_disabled", new IdentityId("old"), () -> vmToken()),
                denial("no_auth_method", new IdentityId("bare"), () -> vmToken()),
                denial("assertion_malformed", VM, () -> CANARY),
                denial("bad_signature", VM, ServeTest::forged),
                denial("unknown_key", VM, () -> stage.signedJwt(VM)),
                denial("algorithm_not_allowed", VM, ServeTest::unsigned),
                denial("wrong_audience", VM, () -> stage.idToken(JOB)),
                denial("expired", VM, ServeTest::expired),
                denial("email_not_verified", VM, ServeTest::unverifiedEmail),
                denial("service_account_not_allowed", VM, ServeTest::strangers),
                denial("subject_not_service_account", JOB, () -> stage.idToken(JOB)),
                denial("assertion_reused", JOB, ServeTest::used));
    }

    @FunctionalInterface
    private interface TokenSource {
        String get() throws Exception;
    }

    private static Arguments denial(String reason, IdentityId identity, TokenSource token) {
        return arguments(reason, identity, token);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void deniesInTheSameWords(String reason, IdentityId identity, TokenSource token) throws Exception {
        Answer reference = posted(JSON, json(new IdentityId("nor-this-id"), vmToken()));
        Answer answer = posted(JSON, json(identity, token.get()));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(withoutRequestId(answer)).isEqualTo(withoutRequestId(reference));
        assertThat(withoutDate(answer)).isEqualTo(withoutDate(reference));
        assertThat(Json.parseObject(answer.body())).containsEntry("error", "UnauthorizedError");
        assertThat(stage.lineAbout(answer.body()))
                .containsEntry("reason", reason)
                .containsEntry("outcome", "denied")
                .containsEntry("severity", "WARNING")
                .containsEntry("identityId", identity.value());
    }

    private static String withoutRequestId(Answer answer) {
        assertThat(answer.body()).containsPattern("\"req-[A-Za-z0-9_-]{22}\"");
        return answer.body().replaceFirst("req-[A-Za-z0-9_-]{22}", "req-");
    }

    private static Map<String, String> withoutDate(Answer answer) {
        assertThat(answer.headers().remove("Date")).isNotNull();
        return answer.headers();
    }

    private static String forged() {
        String[] token = vmToken().split("\\.");
        String[] other = stage.idToken(JOB).split("\\.");
        return token[0] + "." + token[1] + "." + other[2];
    }

    private static String unsigned() {
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"kid\":\"x\"}".getBytes(UTF_8));
        String[] token = vmToken().split("\\.");
        return header + "." + token[1] + "." + token[2];
    }

    private static String expired() {
        return google.signIdToken(google.idTokenClaims(account, ServerFixture.INSTANCE, VM.value())
                .issueTime(Date.from(Instant.now().minusSeconds(7_200)))
                .expirationTime(Date.from(Instant.now().minusSeconds(3_600)))
                .build());
    }

    private static String unverifiedEmail() {
        return google.signIdToken(google.idTokenClaims(account, ServerFixture.INSTANCE, VM.value())
                .claim("email_verified", false)
                .build());
    }

    private static String strangers() {
        SimulatedServiceAccount web = google.serviceAccount("web@shop.iam.gserviceaccount.com");
        return google.signIdToken(
                google.idTokenClaims(web, ServerFixture.INSTANCE, VM.value()).build());
    }

    private static String used() throws Exception {
        String jwt = stage.signedJwt(JOB);
        assertThat(stage.logIn(JOB, jwt).statusCode()).isEqualTo(200);
        return jwt;
    }

    @Test
    void writesDownWhoWasGrantedALogin() throws Exception {
        int before = stage.log().size();
        String jti = ServerFixture.accessToken(stage.logIn(VM, vmToken()).body())
                .getJWTClaimsSet()
                .getJWTID();
        List<String> lines = stage.log().subList(before, stage.log().size());
        assertThat(lines).hasSize(1);
        assertThat(Json.parseObject(lines.get(0)))
                .containsEntry("outcome", "granted")
                .containsEntry("identityId", VM.value())
                .containsEntry("issuedTokenId", jti)
                .doesNotContainKey("reason");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void takesNoMethodButPostForALogin(String method) throws Exception {
        HttpResponse<String> response = send(stage.request(LOGIN).method(method, BodyPublishers.noBody()));
        assertError(Answer.of(response), 405, "MethodNotAllowed");
        assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nothing", LOGIN + "/x", "/api/v1/auth/GCP-auth/login", "/.well-known/", "/.env"})
    void knowsNoOtherPath(String path) throws Exception {
        assertError(Answer.of(stage.get(path)), 404, "NotFound");
        assertError(
                Answer.of(send(stage.request(path)
                        .header("Content-Type", JSON)
                        .POST(BodyPublishers.ofString(json(VM, vmToken()))))),
                404,
                "NotFound");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "multipart/form-data; boundary=x",
                "application/json; charset=utf-16",
                "application/jsonp"
            })
    void takesNoOtherMediaType(String type) throws Exception {
        String body = json(VM, vmToken());
        String fields = "Content-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n";
        Answer answer = RawHttp.send(port(), RawHttp.head("POST", LOGIN, fields) + body);
        assertError(answer, 415, "UnsupportedMediaType");
        assertThat(stage.lineAbout(answer.body())).containsEntry("reason", "unsupported_media_type");
    }

    @Test
    void takesNoBodyWithoutAMediaType() throws Exception {
        String body = json(VM, vmToken());
        String head = RawHttp.head("POST", LOGIN, "Content-Length: " + body.length() + "\r\n");
        assertError(RawHttp.send(port(), head + body), 415, "UnsupportedMediaType");
    }

    @Test
    void doesNotAskForABodyThatIsTooLarge() throws Exception {
        String head = head("Expect: 100-continue\r\n", " ".repeat(Body.MAX_COUNT + 1));
        Answer answer = RawHttp.expectContinue(port(), head, "");
        assertThat(answer.interim()).isEmpty();
        assertError(answer, 413, "PayloadTooLarge");
    }

    @Test
    void readsNoMoreThanItTakesOfABodyOfUnknownLength() throws Exception {
        String tooLong = ofLength(Body.MAX_COUNT + 1);
        String type = "Content-Type: " + JSON + "\r\n";
        assertError(RawHttp.send(port(), RawHttp.chunked(LOGIN, type, tooLong)), 413, "PayloadTooLarge");
        String whole = RawHttp.chunked(LOGIN, type, ofLength(Body.MAX_COUNT * 2));
        String withoutItsEnd = whole.substring(0, whole.length() - "\r\n0\r\n\r\n".length());
        assertError(RawHttp.send(port(), withoutItsEnd), 413, "PayloadTooLarge");
    }

    @Test
    void namesEveryFieldThatIsMissing() throws Exception {
        for (Answer answer : List.of(posted(JSON, "{}"), posted(FORM, ""), posted(FORM, "x=y"))) {
            assertThat(answer.status()).isEqualTo(422);
            Map<String, Object> body = Json.parseObject(answer.body());
            assertThat(body).containsOnlyKeys("reqId", "statusCode", "message", "error");
            assertThat(body).containsEntry("statusCode", 422L).containsEntry("error", "ValidationFailure");
            assertThat(body)
                    .containsEntry(
                            "message",
                            List.of(
                                    Map.of("path", List.of("identityId"), "message", "is required"),
                                    Map.of("path", List.of("jwt"), "message", "is required")));
            assertThat(stage.lineAbout(answer.body())).containsEntry("reason", "invalid_fields");
        }
    }

    static Stream<Arguments> refusesAsMalformed() {
        return Stream.of(
                arguments("nothing at all", JSON, ""),
                arguments("JSON that breaks off", JSON, "{\"identityId\":\"" + CANARY),
                arguments("a list", JSON, "[]"),
                arguments("more after the object", JSON, "{} {}"),
                arguments("a field twice", JSON, "{\"jwt\":\"a\",\"jwt\":\"b\"}"),
                arguments("a field twice in a form", FORM, "jwt=a&jwt=b"),
                arguments("a broken escape", FORM, "jwt=%zz"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAsMalformed(String what, String type, String body) throws Exception {
        Answer answer = posted(type, body);
        assertError(answer, 400, "BadRequest");
        assertThat(stage.lineAbout(answer.body())).containsEntry("reason", "malformed_request");
    }

    @Test
    void decidesNothingWhileGooglesKeysCannotBeHad(@TempDir Path fresh) throws Exception {
        try (SimulatedGoogle failing = ServerFixture.google();
                ServerFixture other =
                        ServerFixture.open(failing, fresh, Map.of(), List.of(ServerFixture.vm(Map.of())))) {
            failing.behaviour().fail(500);
            HttpResponse<String> response = other.logIn(VM, other.idToken(VM));
            assertError(Answer.of(response), 503, "ServiceUnavailable");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(other.lineAbout(response.body()))
                    .containsEntry("reason", "keys_unavailable")
                    .containsEntry("outcome", "undecided")
                    .containsEntry("severity", "ERROR");
        }
    }

    @Test
    void answersABugBareAndLogsItsPlaceAlone(@TempDir Path fresh) throws Exception {
        try (Overheard overheard = Overheard.everything();
                ServerFixture other = ServerFixture.open(
                        google, fresh, Map.of(), ServeTest::bug, List.of(ServerFixture.vm(Map.of())))) {
            Answer answer = Answer.of(other.logIn(VM, vmToken()));
            assertError(answer, 500, "InternalServerError");
            assertThat(answer.body()).doesNotContain("CANARY", "IllegalStateException");
            assertThat(other.log()).anyMatch(line -> line.contains("java.lang.IllegalStateException"));
            assertThat(String.join("\n", other.log()) + overheard.written() + overheard.logged())
                    .doesNotContain("CANARY");
        }
    }

    private static io.sallyport.jwt.Fetcher.Fetched bug(java.net.URI uri) {
        throw new IllegalStateException(CANARY);
    }

    /** Vault, CVE-2024-8365: no token in any log line, at any level, on any path. */
    @Test
    void letsNoPartOfATokenIntoAnyLog() throws Exception {
        List<String> secrets = new ArrayList<>(List.of(CANARY));
        String everything;
        try (Overheard overheard = Overheard.everything()) {
            Logger.getLogger("io.sallyport.probe").finest("heard at the finest level");
            String idToken = vmToken();
            String signedJwt = stage.signedJwt(JOB);
            secrets.addAll(List.of(
                    idToken, signedJwt, forged(), "sallyport_secret_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA"));
            secrets.add(
                    ServerFixture.accessToken(stage.logIn(VM, idToken).body()).serialize());
            secrets.add(ServerFixture.accessToken(stage.logIn(JOB, signedJwt).body())
                    .serialize());
            for (String token : List.copyOf(secrets)) {
                sendEveryWay(token);
            }
            everything = overheard.written() + overheard.logged() + String.join("\n", stage.log());
        }
        assertThat(everything).contains("heard at the finest level", "login granted");
        for (String secret : secrets) {
            for (String part : secret.split("\\.")) {
                for (int i = 0; i + 16 <= part.length(); i++) {
                    assertThat(everything.contains(part.substring(i, i + 16)))
                            .as("a part of %s", secret)
                            .isFalse();
                }
            }
        }
    }

    /** Sends a token in every place where one might be, whether it belongs there or not. */
    private static void sendEveryWay(String token) throws Exception {
        String body = json(VM, token);
        assertThat(posted(JSON, json(JOB, token)).status()).isEqualTo(401);
        assertThat(posted(FORM, form(JOB, token)).status()).isEqualTo(401);
        assertThat(posted(JSON, fields(token, "x")).status()).isIn(401, 422);
        assertThat(posted(JSON, body.substring(0, body.length() - 2)).status()).isEqualTo(400);
        assertThat(posted("text/plain", body).status()).isEqualTo(415);
        assertThat(posted(JSON, "{\"" + token + "\":1,\"" + token + "\":2}").status())
                .isEqualTo(400);
        assertThat(posted(JSON, fields(VM.value(), token.repeat(20))).status()).isIn(401, 422);
        assertThat(raw("Authorization: Bearer " + token + "\r\n", body).status())
                .isIn(200, 401);
        assertThat(raw("X-Forwarded-For: " + token + "\r\nCookie: jwt=" + token + "\r\n", body)
                        .status())
                .isIn(200, 401);
        assertThat(raw("Bad Header " + token + ": " + token + "\r\n", body).status())
                .isEqualTo(400);
        assertThat(raw("Authorization: " + token.repeat(40) + "\r\n", body).status())
                .isIn(200, 401, 431);
        assertThat(rawGet(LOGIN + "?jwt=" + token).status()).isEqualTo(405);
        assertThat(rawGet("/" + token).status()).isEqualTo(404);
        assertThat(rawGet("/api/v1/identities/" + token).status()).isEqualTo(401);
        assertThat(RawHttp.send(
                                port(),
                                RawHttp.chunked(
                                        LOGIN,
                                        "Content-Type: " + JSON + "\r\n",
                                        token.repeat(70_000 / token.length() + 1)))
                        .status())
                .isEqualTo(413);
        assertThat(RawHttp.breakOff(port(), head("", body + " ") + body).status())
                .isEqualTo(400);
        assertThat(RawHttp.send(port(), "GET / " + token + "\r\n\r\n").status()).isIn(400, 505);
    }

    static Stream<Arguments> saysTheSameOfItselfWhatever() {
        return Stream.of(
                arguments("the host", "Host: evil.example\r\n"),
                arguments("the host with a port", "Host: evil.example:443\r\n"),
                arguments("the forwarded host", "X-Forwarded-Host: evil.example\r\n"),
                arguments("the forwarded protocol", "X-Forwarded-Proto: https\r\n"),
                arguments("the forwarded port and prefix", "X-Forwarded-Port: 443\r\nX-Forwarded-Prefix: /evil\r\n"),
                arguments("the header Forwarded", "Forwarded: for=192.0.2.1;host=evil.example;proto=https\r\n"),
                arguments(
                        "all of them together",
                        "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n"));
    }

    /** zitadel, CVE-2025-64101. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void saysTheSameOfItselfWhatever(String header, String fields) throws Exception {
        for (String path : List.of(DISCOVERY, "/.well-known/oauth-authorization-server", JWKS)) {
            Answer answer = RawHttp.send(port(), RawHttp.head("GET", path, fields));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(stage.get(path).body());
            assertThat(answer.header("ETag"))
                    .isEqualTo(stage.get(path).headers().firstValue("ETag").orElseThrow());
        }
        Map<String, Object> metadata = Json.parseObject(
                RawHttp.send(port(), RawHttp.head("GET", DISCOVERY, fields)).body());
        assertThat(metadata)
                .containsEntry("issuer", stage.server().issuer())
                .containsEntry("jwks_uri", stage.server().issuer() + JWKS);
        assertThat(ServerFixture.accessToken(raw(fields, json(VM, vmToken())).body())
                        .getJWTClaimsSet()
                        .getIssuer())
                .isEqualTo(stage.server().issuer());
    }

    @Test
    void publishesTheMetadataThatOpenIdAndOauthClientsAskFor() throws Exception {
        HttpResponse<String> response = stage.get(DISCOVERY);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(stage.server().issuer()).isEqualTo("http://127.0.0.1:" + port());
        assertThat(Json.parseObject(response.body()))
                .containsEntry("issuer", stage.server().issuer())
                .containsEntry("jwks_uri", stage.server().issuer() + JWKS)
                .containsEntry("id_token_signing_alg_values_supported", List.of("ES256"))
                .containsEntry("subject_types_supported", List.of("public"))
                .containsKey("response_types_supported");
        assertThat(stage.get("/.well-known/oauth-authorization-server").body()).isEqualTo(response.body());
    }

    @Test
    void publishesNoPrivatePartOfAKey() throws Exception {
        Map<String, Object> keys = Json.parseObject(stage.get(JWKS).body());
        assertThat(keys).containsOnlyKeys("keys");
        assertThat((List<?>) keys.get("keys"))
                .singleElement()
                .satisfies(key -> assertThat(((Map<?, ?>) key).keySet())
                        .isEqualTo(java.util.Set.of("kty", "crv", "x", "y", "kid", "use", "alg")));
    }

    @ParameterizedTest
    @ValueSource(strings = {DISCOVERY, "/.well-known/oauth-authorization-server", JWKS})
    void letsCachesKeepWhatItPublishes(String path) throws Exception {
        HttpResponse<String> first = stage.get(path);
        String etag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(etag).matches("\"[A-Za-z0-9_-]+\"");
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("public, max-age=300");
        for (String matching : List.of(etag, "W/" + etag, "\"other\", " + etag, "*")) {
            HttpResponse<String> unchanged = send(stage.request(path).header("If-None-Match", matching));
            assertThat(unchanged.statusCode()).as(matching).isEqualTo(304);
            assertThat(unchanged.body()).isEmpty();
            assertThat(unchanged.headers().firstValue("ETag")).hasValue(etag);
            assertThat(unchanged.headers().firstValue("Cache-Control")).hasValue("public, max-age=300");
        }
        HttpResponse<String> changed = send(stage.request(path).header("If-None-Match", "\"other\""));
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {DISCOVERY, JWKS})
    void answersHeadAsGetWithoutTheBody(String path) throws Exception {
        HttpResponse<String> get = stage.get(path);
        HttpResponse<String> head = send(stage.request(path).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : List.of("ETag", "Cache-Control", "Content-Type")) {
            assertThat(head.headers().firstValue(name)).isEqualTo(get.headers().firstValue(name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void letsNoCallerWriteWhatItPublishes(String method) throws Exception {
        for (String path : List.of(DISCOVERY, JWKS)) {
            HttpResponse<String> response = send(
                    stage.request(path).header("Content-Type", JSON).method(method, BodyPublishers.ofString("{}")));
            assertError(Answer.of(response), 405, "MethodNotAllowed");
            assertThat(response.headers().firstValue("Allow")).hasValue("GET");
        }
    }

    @Test
    void listensOnTheLoopbackAddressAlone() throws Exception {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.getHostAddress().equals("127.0.0.1"))
                .toList();
        assumeThat(others).as("this machine has another address").isNotEmpty();
        for (InetAddress other : others) {
            try (Socket socket = new Socket()) {
                assertThatExceptionOfType(ConnectException.class)
                        .as(other.toString())
                        .isThrownBy(() -> socket.connect(new InetSocketAddress(other, port()), 5_000));
            }
        }
    }

    private static void assertError(Answer answer, int status, String error) throws Exception {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        Map<String, Object> body = Json.parseObject(answer.body());
        assertThat(body).containsOnlyKeys("reqId", "statusCode", "message", "error");
        assertThat(body).containsEntry("statusCode", (long) status).containsEntry("error", error);
        assertThat(String.valueOf(body.get("reqId"))).matches("req-[A-Za-z0-9_-]{22}");
    }

    private static boolean verifies(SignedJWT token) throws Exception {
        JWKSet keys = JWKSet.parse(stage.get(JWKS).body());
        return token.verify(new ECDSAVerifier(
                keys.getKeyByKeyId(token.getHeader().getKeyID()).toECKey()));
    }

    private static int port() {
        return stage.server().port();
    }

    private static String vmToken() {
        return stage.idToken(VM);
    }

    private static Answer posted(String contentType, String body) throws Exception {
        return Answer.of(stage.post(contentType, body));
    }

    private static Answer raw(String headers, String body) throws Exception {
        return RawHttp.send(port(), head(headers, body) + body);
    }

    private static Answer rawGet(String path) throws Exception {
        return RawHttp.send(port(), RawHttp.head("GET", path, ""));
    }

    private static String head(String headers, String body) {
        return RawHttp.head(
                "POST",
                LOGIN,
                headers + "Content-Type: " + JSON + "\r\nContent-Length: " + body.getBytes(UTF_8).length + "\r\n");
    }

    private static String form(IdentityId identity, String jwt) {
        return "identityId=" + URLEncoder.encode(identity.value(), UTF_8) + "&jwt=" + URLEncoder.encode(jwt, UTF_8);
    }

    private static String fields(String identityId, String jwt) {
        return Json.writeString(Map.of("identityId", identityId, "jwt", jwt));
    }

    private static String with(String field, String value) {
        return Json.writeString(Map.of("identityId", VM.value(), "jwt", vmToken(), field, value));
    }

    private static String ofLength(int length) {
        String shortest = with("padding", "");
        char[] padding = new char[length - shortest.length()];
        Arrays.fill(padding, ' ');
        return shortest.replace("\"padding\":\"\"", "\"padding\":\"" + new String(padding) + "\"");
    }
}
