package io.sallyport.method.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.json.Json;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Assertion;
import io.sallyport.method.Verified;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.simulated.aws.AwsPrincipal;
import io.sallyport.simulated.aws.AwsSession;
import io.sallyport.simulated.aws.AwsStsBehaviour;
import io.sallyport.simulated.aws.AwsStsServer;
import io.sallyport.simulated.aws.CallerIdentitySigner;
import io.sallyport.simulated.aws.SimulatedAws;
import io.sallyport.simulated.aws.TemporaryCredentials;
import io.sallyport.testing.TestClock;
import io.sallyport.token.TokenPolicy;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AwsVerifierTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final String ACCOUNT = "123456789012";
    private static final String REGION = "eu-west-1";
    private static final String SERVER = "login.example.com";
    private static final AwsSession SESSION = new AwsSession(ACCOUNT, "payments", "i-0123456789abcdef0");
    private static final TestClock CLOCK = new TestClock();
    private static final AwsAuth METHOD = method(AwsAuth.Option.SINGLE_USE);

    private static SimulatedAws aws;
    private static AwsStsServer sts;
    private static TemporaryCredentials keys;

    private int received;

    @BeforeAll
    static void startAws() {
        aws = SimulatedAws.start(CLOCK);
        sts = aws.sts();
        keys = aws.assume(SESSION);
    }

    @AfterAll
    static void stopAws() {
        aws.close();
    }

    @BeforeEach
    void recover() {
        CLOCK.set(TestClock.START);
        sts.behaviour().recover();
        received = sts.received().size();
    }

    private static AwsAuth method(AwsAuth.Option... options) {
        return new AwsAuth(
                AwsAuth.DEFAULT_ENDPOINT,
                Allowlist.of("arn:aws:iam::" + ACCOUNT + ":role/payments"),
                Allowlist.NONE,
                Set.of(options),
                TokenPolicy.DEFAULT);
    }

    private static AwsVerifier verifier(Fetcher fetcher) {
        return new AwsVerifier(
                new AwsVerifier.Endpoints(sts.replacedAddresses()), fetcher, "https://" + SERVER + "/path");
    }

    private static CallerIdentitySigner signer() {
        return new CallerIdentitySigner(keys, REGION, CLOCK.instant());
    }

    private static Verified<AwsAttestation> verify(Map<String, ?> login, AwsAuth method) throws Refused {
        return verify(login, method, HttpFetcher.plainHttpToo());
    }

    private static Verified<AwsAttestation> verify(Map<String, ?> login, AwsAuth method, Fetcher fetcher)
            throws Refused {
        AwsVerifier verifier = verifier(fetcher);
        List<InvalidField> invalid = new ArrayList<>();
        Assertion assertion = verifier.assertion(new HashMap<>(login), invalid);
        assertThat(invalid).isEmpty();
        return verifier.verify(
                assertion, ID, method, CLOCK.instant(), verifier.checks(method).begin());
    }

    private static void assertRefused(Reason reason, Map<String, ?> login) {
        assertRefused(reason, login, METHOD);
    }

    private static void assertRefused(Reason reason, Map<String, ?> login, AwsAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(login, method))
                .satisfies(refused -> {
                    assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
                    assertThat(refused.detail()).doesNotContain(keys.sessionToken(), "Signature=");
                });
    }

    private void assertNothingSent() {
        assertThat(sts.received()).hasSize(received);
    }

    // Who it is.

    @Test
    void vouchesForASessionOfARole() throws Exception {
        Verified<AwsAttestation> verified = verify(signer().login(), METHOD);

        assertThat(verified.attestation().method()).isEqualTo("aws");
        assertThat(verified.attestation().facts())
                .containsEntry("account_id", ACCOUNT)
                .containsEntry("arn", "arn:aws:sts::" + ACCOUNT + ":assumed-role/payments/i-0123456789abcdef0")
                .containsEntry("principal_arn", "arn:aws:iam::" + ACCOUNT + ":role/payments")
                .hasEntrySatisfying("user_id", id -> assertThat(id).endsWith(":i-0123456789abcdef0"));
        METHOD.admit(verified.attestation());
    }

    static Stream<Arguments> vouchesFor() {
        return Stream.of(
                arguments(AwsPrincipal.user(ACCOUNT, "/", "alice"), "arn:aws:iam::123456789012:user/alice"),
                arguments(AwsPrincipal.user(ACCOUNT, "/team/ci/", "bob"), "arn:aws:iam::123456789012:user/team/ci/bob"),
                arguments(AwsPrincipal.root(ACCOUNT), "arn:aws:iam::123456789012:root"),
                arguments(AwsPrincipal.federatedUser(ACCOUNT, "eve"), "arn:aws:sts::123456789012:federated-user/eve"));
    }

    @ParameterizedTest
    @MethodSource
    void vouchesFor(AwsPrincipal principal, String arn) throws Exception {
        TemporaryCredentials own = aws.keysOf(principal);
        AwsAttestation caller = verify(new CallerIdentitySigner(own, REGION, CLOCK.instant()).login(), METHOD)
                .attestation();

        assertThat(caller.caller().principal()).isEqualTo(arn);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> METHOD.admit(caller))
                .returns(Reason.AWS_PRINCIPAL_NOT_ALLOWED, Refused::reason);
    }

    static Stream<Arguments> takesWhatAClientSigned() throws Exception {
        try (var stream = AwsVerifierTest.class.getResourceAsStream("signed-logins.json")) {
            String json = "{\"all\":" + new String(stream.readAllBytes(), StandardCharsets.UTF_8) + "}";
            return ((List<?>) Json.parseObject(json).get("all"))
                    .stream().map(each -> (Map<?, ?>) each).map(each -> {
                        Map<String, Object> login = new LinkedHashMap<>();
                        ((Map<?, ?>) each.get("login")).forEach((name, value) -> login.put(name.toString(), value));
                        return arguments(each.get("client"), each.get("region"), each.get("date"), login);
                    });
        }
    }

    /** Signed by unmodified clients and signers, with keys of AWS's documentation. */
    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource
    void takesWhatAClientSigned(String client, String region, String date, Map<String, Object> login) throws Exception {
        String text = new String(
                Base64.getDecoder().decode(String.valueOf(login.get("iamRequestHeaders"))), StandardCharsets.UTF_8);
        boolean isSession = text.toLowerCase(Locale.ROOT).contains("x-amz-security-token");
        String partition = region.startsWith("cn-") ? "aws-cn" : region.contains("gov") ? "aws-us-gov" : "aws";
        aws.register(
                new AwsPrincipal(
                        ACCOUNT, "arn:" + partition + ":iam::" + ACCOUNT + ":user/ci", "AIDACKCEVSQ6C2EXAMPLE"),
                new TemporaryCredentials(
                        "AKIAIOSFODNN7EXAMPLE",
                        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                        isSession ? "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ+session/token==" : "",
                        Instant.MAX));
        CLOCK.set(Instant.parse("2026-12-01T00:05:00Z"));

        assertThat(verify(login, METHOD).attestation().caller().text())
                .isEqualTo("arn:" + partition + ":iam::" + ACCOUNT + ":user/ci");
    }

    // What is sent.

    @Test
    void sendsOnlyWhatIsSignedAndWhatIsOurs() throws Exception {
        Map<String, String> headers =
                new HashMap<>(signer().header("X-Sallyport-Server-Id", SERVER).headers());
        headers.put("Cookie", "a=b");
        headers.put("X-Amz-Target", "AWSSecurityTokenServiceV20110615.AssumeRole");
        headers.put("User-Agent", "someone");
        headers.put("Accept", "text/xml");
        headers.put("X-Forwarded-Host", "evil.example");
        verify(signer().login(headers), METHOD);

        AwsStsServer.Received sent = sts.received().get(received);
        assertThat(sent.host()).isEqualTo("sts.eu-west-1.amazonaws.com");
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.body()).isEqualTo("Action=GetCallerIdentity&Version=2011-06-15");
        assertThat(sent.headers())
                .containsOnlyKeys(
                        "host",
                        "accept",
                        "authorization",
                        "cache-control",
                        "connection",
                        "content-length",
                        "content-type",
                        "pragma",
                        "user-agent",
                        "x-amz-date",
                        "x-amz-security-token",
                        "x-sallyport-server-id")
                .containsEntry("accept", "application/json")
                .containsEntry("content-type", "application/x-www-form-urlencoded; charset=utf-8")
                .containsEntry("content-length", "43")
                .doesNotContainEntry("user-agent", "someone");
    }

    static Stream<Arguments> callsTheHostOfTheRegion() {
        return AwsStsServer.hosts().entrySet().stream().map(host -> arguments(host.getKey(), host.getValue()));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource
    void callsTheHostOfTheRegion(String host, String region) {
        String partition = StsHosts.partition(region).orElseThrow();
        aws.register(
                new AwsPrincipal(ACCOUNT, "arn:" + partition + ":iam::" + ACCOUNT + ":root", ACCOUNT),
                new TemporaryCredentials("AKIAEVERYREGION00000", "secret", "", Instant.MAX));
        CallerIdentitySigner signer = new CallerIdentitySigner(
                        new TemporaryCredentials("AKIAEVERYREGION00000", "secret", "", Instant.MAX),
                        region,
                        CLOCK.instant())
                .header("Host", host);

        assertThat(attest(signer.login()).caller().account()).isEqualTo(ACCOUNT);
        assertThat(sts.received().get(received).host()).isEqualTo(host);
    }

    private static AwsAttestation attest(Map<String, ?> login) {
        try {
            return verify(login, METHOD).attestation();
        } catch (Refused refused) {
            throw new AssertionError(refused.detail(), refused);
        }
    }

    @Test
    void callsTheRegionalHostIfTheHostIsNotPassedOn() throws Exception {
        Map<String, String> headers = signer().headers();
        headers.remove("host");
        verify(signer().login(headers), METHOD);

        assertThat(sts.received().get(received).host()).isEqualTo("sts.eu-west-1.amazonaws.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length", "content-type", "host"})
    void takesASignedHeaderThatIsNotPassedOn(String header) throws Exception {
        Map<String, String> headers = signer().headers();
        headers.remove(header);

        assertThat(verify(signer().login(headers), METHOD)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"Content-Type, text/plain", "Content-Length, 44", "X-Amz-Content-Sha256, 00", "Accept, text/xml"})
    void doesNotCountAHeaderThatIsNotSigned(String name, String value) throws Exception {
        Map<String, String> headers = new HashMap<>(signer().without(name).headers());
        headers.put(name, value);

        assertThat(verify(signer().login(headers), METHOD)).isNotNull();
    }

    @Test
    void takesEverySignedHeaderThatItSends() throws Exception {
        assertThat(verify(
                        signer().header("Accept", "application/json")
                                .header(
                                        "X-Amz-Content-Sha256",
                                        "ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843")
                                .login(),
                        METHOD))
                .isNotNull();
    }

    // What is refused before anything is sent.

    static Stream<Arguments> sendsNothingFor() {
        return Stream.of(
                flaw("a GET", Reason.SIGNED_REQUEST_NOT_ALLOWED, s -> s.method("GET")),
                flaw("a post", Reason.SIGNED_REQUEST_NOT_ALLOWED, s -> s.method("post")),
                flaw("another service", Reason.SIGNED_REQUEST_NOT_ALLOWED, s -> s.service("iam")),
                flaw("an unknown region", Reason.SIGNED_REQUEST_NOT_ALLOWED, s -> s.region("eu-nowhere-1")),
                flaw("a region of no request", Reason.SIGNED_REQUEST_NOT_ALLOWED, s -> s.region("us-east-1")),
                flaw(
                        "another action",
                        Reason.SIGNED_REQUEST_NOT_ALLOWED,
                        s -> s.body(CallerIdentitySigner.BODY.replace("GetCallerIdentity", "GetSessionToken"))),
                flaw(
                        "another version",
                        Reason.SIGNED_REQUEST_NOT_ALLOWED,
                        s -> s.body("Action=GetCallerIdentity&Version=2010-01-01")),
                flaw(
                        "the parameters in another order",
                        Reason.SIGNED_REQUEST_NOT_ALLOWED,
                        s -> s.body("Version=2011-06-15&Action=GetCallerIdentity")),
                // CVE-2022-2385: the last of two would count.
                flaw(
                        "a second action",
                        Reason.SIGNED_REQUEST_NOT_ALLOWED,
                        s -> s.body(CallerIdentitySigner.BODY + "&Action=GetSessionToken")),
                flaw(
                        "a second action in another case",
                        Reason.SIGNED_REQUEST_NOT_ALLOWED,
                        s -> s.body(CallerIdentitySigner.BODY + "&action=GetSessionToken")),
                flaw(
                        "a further parameter",
                        Reason.SIGNED_REQUEST_NOT_ALLOWED,
                        s -> s.body(CallerIdentitySigner.BODY + "&X-Amz-Security-Token=x")),
                flaw("no body", Reason.SIGNED_REQUEST_NOT_ALLOWED, s -> s.body(" ")),
                host("evil.example"),
                host("sts.amazonaws.com"),
                host("sts.us-east-1.amazonaws.com"),
                host("sts.eu-west-1.amazonaws.com.evil.example"),
                host("sts.eu-west-1.amazonaws.com:443"),
                host("STS.eu-west-1.amazonaws.com"),
                host("sts-fips.eu-west-1.amazonaws.com"),
                host("sts.eu-west-1.amazonaws.com@evil.example"),
                host(""),
                flaw("no host signed", Reason.SIGNED_HEADERS_NOT_ALLOWED, s -> s.without("Host")),
                flaw("no date signed", Reason.SIGNED_HEADERS_NOT_ALLOWED, s -> s.without("X-Amz-Date")),
                flaw(
                        "another signed type",
                        Reason.SIGNED_HEADERS_NOT_ALLOWED,
                        s -> s.header("Content-Type", "application/x-www-form-urlencoded")),
                flaw("another signed length", Reason.SIGNED_HEADERS_NOT_ALLOWED, s -> s.header("Content-Length", "44")),
                flaw(
                        "another signed hash",
                        Reason.SIGNED_HEADERS_NOT_ALLOWED,
                        s -> s.header("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")),
                flaw("a signed Accept of XML", Reason.SIGNED_HEADERS_NOT_ALLOWED, s -> s.header("Accept", "text/xml")),
                flaw("a signed target", Reason.SIGNED_HEADERS_NOT_ALLOWED, s -> s.header("X-Amz-Target", "x")),
                flaw("a signed user agent", Reason.SIGNED_HEADERS_NOT_ALLOWED, s -> s.header("User-Agent", "x")),
                flaw(
                        "a token with a line break",
                        Reason.SIGNED_HEADERS_NOT_ALLOWED,
                        s -> s.header("X-Amz-Security-Token", keys.sessionToken() + "\r\nX-Evil: 1")),
                flaw("an empty token", Reason.SIGNED_HEADERS_NOT_ALLOWED, s -> s.header("X-Amz-Security-Token", "")),
                flaw("another server", Reason.WRONG_SERVER_ID, s -> s.header("X-Sallyport-Server-Id", "evil.example")),
                flaw(
                        "another server for Vault",
                        Reason.WRONG_SERVER_ID,
                        s -> s.header("X-Vault-AWS-IAM-Server-ID", "vault.example.com")),
                flaw(
                        "this server and another",
                        Reason.WRONG_SERVER_ID,
                        s -> s.header("X-Sallyport-Server-Id", SERVER)
                                .header("X-Vault-AWS-IAM-Server-ID", "vault.example.com")),
                flaw(
                        "this server's address",
                        Reason.WRONG_SERVER_ID,
                        s -> s.header("X-Sallyport-Server-Id", "https://" + SERVER)),
                flaw("an empty server", Reason.WRONG_SERVER_ID, s -> s.header("X-Sallyport-Server-Id", "")),
                flaw(
                        "a time of another form",
                        Reason.SIGNED_REQUEST_MALFORMED,
                        s -> s.header("X-Amz-Date", "2026-03-01T12:00:00Z")),
                flaw(
                        "no such day",
                        Reason.SIGNED_REQUEST_MALFORMED,
                        s -> s.header("X-Amz-Date", "20260230T120000Z").scopeDate("20260230")),
                flaw("a scope of another day", Reason.SIGNED_REQUEST_MALFORMED, s -> s.scopeDate("20260228")));
    }

    private static Arguments flaw(String flaw, Reason reason, UnaryOperator<CallerIdentitySigner> change) {
        return arguments(flaw, reason, change);
    }

    private static Arguments host(String host) {
        return flaw("the host '" + host + "'", Reason.SIGNED_REQUEST_NOT_ALLOWED, s -> s.header("Host", host));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void sendsNothingFor(String flaw, Reason reason, UnaryOperator<CallerIdentitySigner> change) {
        assertRefused(reason, change.apply(signer()).login());
        assertNothingSent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Amz-Date", "X-Amz-Security-Token", "X-Sallyport-Server-Id", "X-Vault-AWS-IAM-Server-ID"})
    void refusesAProtectingHeaderThatIsNotSigned(String name) {
        String value = name.endsWith("Date")
                ? signer().headers().get("x-amz-date")
                : name.endsWith("Token") ? keys.sessionToken() : SERVER;
        Map<String, String> headers = new HashMap<>(signer().without(name).headers());
        headers.put(name, value);

        assertRefused(Reason.SIGNED_HEADERS_NOT_ALLOWED, signer().login(headers));
        assertNothingSent();
    }

    static Stream<Arguments> refusesHeaders() {
        return Stream.of(
                headers("without a signature", headers -> headers.remove("Authorization")),
                headers("with an empty signature", headers -> headers.put("Authorization", "")),
                headers("with a bearer token", headers -> headers.put("Authorization", "Bearer x")),
                authorization("of SigV4A", text -> text.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")),
                authorization("with a line break", text -> text + "\r\nX-Evil: 1"),
                authorization("with more at its end", text -> text + ", Signature=" + "0".repeat(64)),
                authorization("with a short signature", text -> text.substring(0, text.length() - 1)),
                authorization(
                        "with the same header twice",
                        text -> text.replace("=content-length;", "=content-length;content-length;")),
                authorization(
                        "with headers out of order",
                        text -> text.replace("=content-length;content-type;", "=content-type;content-length;")),
                authorization("with a header in upper case", text -> text.replace(";host;", ";Host;")),
                authorization("of a presigned address", text -> text.replace("aws4_request", "aws4_query")),
                headers("with the host in another case", headers -> headers.put("Host", "sts.eu-west-1.amazonaws.com")),
                headers(
                        "with the signature in another case",
                        headers -> headers.put("authorization", headers.get("Authorization"))),
                headers(
                        "with the token in another case",
                        headers -> headers.put("X-AMZ-Security-Token", keys.sessionToken())),
                headers("with an unimportant one twice", headers -> {
                    headers.put("Cookie", "a");
                    headers.put("cookie", "b");
                }),
                headers("with a name of Unicode", headers -> headers.put("x-amz-security-to\u212Aen", "x")),
                headers("with a space in a name", headers -> headers.put("host ", "evil.example")),
                headers("with a number", headers -> headers.put("Content-Length", 43)),
                headers("with a list", headers -> headers.put("Cookie", List.of("a"))),
                headers("with null", headers -> headers.put("Cookie", null)),
                headers("with too many", headers -> {
                    for (int i = 0; i < 64; i++) {
                        headers.put("X-" + i, "x");
                    }
                }),
                headers("that are none", Map::clear));
    }

    private static Arguments headers(String flaw, Consumer<Map<String, Object>> change) {
        return arguments(flaw, change);
    }

    private static Arguments authorization(String flaw, UnaryOperator<String> change) {
        return headers(flaw, headers -> {
            String text = String.valueOf(headers.get("Authorization"));
            assertThat(change.apply(text)).isNotEqualTo(text);
            headers.put("Authorization", change.apply(text));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesHeaders(String flaw, Consumer<Map<String, Object>> change) {
        Map<String, Object> headers = new LinkedHashMap<>(signer().headers());
        change.accept(headers);
        Map<String, Object> login = signer().login();
        login.put("iamRequestHeaders", base64(Json.writeString(headers)));

        assertRefused(Reason.SIGNED_REQUEST_MALFORMED, login);
        assertNothingSent();
    }

    static Stream<Arguments> refusesFields() {
        return Stream.of(
                arguments("iamRequestHeaders", "%%%"),
                arguments("iamRequestHeaders", "{}"),
                arguments("iamRequestHeaders", base64("[]")),
                arguments("iamRequestHeaders", base64("{\"a\":\"b\"} ") + "e30="),
                arguments("iamRequestHeaders", base64("{\"Host\":\"a\",\"Host\":\"b\"}")),
                arguments("iamRequestHeaders", base64("{\"a\":".repeat(40) + "1" + "}".repeat(40))),
                arguments("iamRequestHeaders", Base64.getEncoder().encodeToString(new byte[] {'{', (byte) 0xff, '}'})),
                arguments("iamRequestBody", "%%%"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void refusesFields(String field, String value) {
        Map<String, Object> login = signer().login();
        login.put(field, value);

        assertRefused(Reason.SIGNED_REQUEST_MALFORMED, login);
        assertNothingSent();
    }

    @Test
    void refusesAJwt() {
        AwsVerifier verifier = verifier(HttpFetcher.plainHttpToo());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verifier.verify(
                        UnverifiedJwt.parseAnyType("eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.c2lnbmF0dXJl"),
                        ID,
                        METHOD,
                        CLOCK.instant()))
                .returns(Reason.SIGNED_REQUEST_MALFORMED, Refused::reason);
    }

    // When it was signed.

    @ParameterizedTest
    @CsvSource({"PT0S, true", "PT15M, true", "PT15M0.001S, false", "PT-5M, true", "PT-5M-1S, false", "PT24H, false"})
    void takesASignatureForFifteenMinutes(Duration age, boolean taken) {
        CallerIdentitySigner signed = signer();
        CLOCK.set(TestClock.START.plus(age));

        if (taken) {
            assertThat(attest(signed.login()).caller().account()).isEqualTo(ACCOUNT);
        } else {
            assertRefused(age.isNegative() ? Reason.SIGNATURE_NOT_YET_VALID : Reason.SIGNATURE_EXPIRED, signed.login());
            assertNothingSent();
        }
    }

    // Single use.

    @Test
    void marksASignatureUntilItIsTooOld() throws Exception {
        Verified.SingleUse once = verify(signer().login(), METHOD).singleUse().orElseThrow();

        assertThat(once.validUntil()).isEqualTo(TestClock.START.plus(Duration.ofMinutes(15)));
        assertThat(once.reuse()).isEqualTo(Reason.SIGNATURE_REUSED);
    }

    @Test
    void marksTheSameSignatureHoweverItIsSpelled() throws Exception {
        Verified.SingleUse once = verify(signer().login(), METHOD).singleUse().orElseThrow();
        Map<String, String> headers = signer().headers();
        headers.remove("content-length");
        headers.put("Cookie", "another");
        headers.computeIfPresent("Authorization", (name, text) -> text.replace(", ", ","));
        Verified.SingleUse again =
                verify(signer().login(headers), METHOD).singleUse().orElseThrow();

        assertThat(again.digest()).isEqualTo(once.digest());
    }

    @Test
    void marksAnotherSignatureForAnotherSecond() throws Exception {
        Verified.SingleUse once = verify(signer().login(), METHOD).singleUse().orElseThrow();
        CLOCK.advance(Duration.ofSeconds(1));

        assertThat(verify(signer().login(), METHOD).singleUse().orElseThrow().digest())
                .isNotEqualTo(once.digest());
    }

    @Test
    void marksNothingIfSignaturesMayBeReused() throws Exception {
        assertThat(verify(signer().login(), method()).singleUse()).isEmpty();
    }

    // The server.

    @ParameterizedTest
    @ValueSource(strings = {"X-Sallyport-Server-Id", "X-Vault-AWS-IAM-Server-ID"})
    void takesARequestForThisServer(String header) throws Exception {
        AwsAuth requires = method(AwsAuth.Option.REQUIRE_SERVER_ID);

        assertThat(verify(signer().header(header, SERVER).login(), requires)).isNotNull();
    }

    @Test
    void takesASignedServerIdThatIsNotPassedOn() throws Exception {
        AwsAuth requires = method(AwsAuth.Option.REQUIRE_SERVER_ID);
        Map<String, String> headers =
                signer().header("X-Sallyport-Server-Id", SERVER).headers();
        headers.remove("x-sallyport-server-id");
        assertThat(verify(signer().login(headers), requires)).isNotNull();

        Map<String, String> others =
                signer().header("X-Sallyport-Server-Id", "evil.example").headers();
        others.remove("x-sallyport-server-id");
        assertRefused(Reason.CALLER_NOT_RECOGNIZED, signer().login(others), requires);
    }

    @Test
    void refusesARequestForNoServerIfOneIsRequired() {
        assertRefused(Reason.WRONG_SERVER_ID, signer().login(), method(AwsAuth.Option.REQUIRE_SERVER_ID));
        assertNothingSent();
    }

    // What AWS says.

    static Stream<Arguments> refusesWhatAwsRefuses() {
        return Stream.of(
                arguments("another path", (UnaryOperator<CallerIdentitySigner>) s -> s.path("/?Action=AssumeRole")),
                arguments("another path", (UnaryOperator<CallerIdentitySigner>) s -> s.path("/x")),
                arguments("a body that is not the one said", (UnaryOperator<CallerIdentitySigner>)
                        s -> s.body("Action=GetSessionToken&Version=2011-06-15")),
                arguments("a method that is not the one said", (UnaryOperator<CallerIdentitySigner>)
                        s -> s.method("GET")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesWhatAwsRefuses(String flaw, UnaryOperator<CallerIdentitySigner> change) {
        Map<String, Object> login = change.apply(signer()).login();
        login.putAll(Map.of("iamHttpRequestMethod", "POST", "iamRequestBody", base64(CallerIdentitySigner.BODY)));

        assertRefused(Reason.CALLER_NOT_RECOGNIZED, login);
        assertThat(sts.received()).hasSize(received + 1);
    }

    @Test
    void refusesASignatureWithAnotherSecret() {
        TemporaryCredentials guessed =
                new TemporaryCredentials(keys.accessKeyId(), "guessed", keys.sessionToken(), keys.expiration());

        assertRefused(Reason.CALLER_NOT_RECOGNIZED, new CallerIdentitySigner(guessed, REGION, CLOCK.instant()).login());
    }

    @Test
    void refusesUnknownKeys() {
        TemporaryCredentials unknown = new TemporaryCredentials("AKIAUNKNOWN000000000", "secret", "", Instant.MAX);

        assertRefused(Reason.CALLER_NOT_RECOGNIZED, new CallerIdentitySigner(unknown, REGION, CLOCK.instant()).login());
    }

    @Test
    void refusesASessionWithoutItsToken() {
        assertRefused(
                Reason.CALLER_NOT_RECOGNIZED,
                signer().without("X-Amz-Security-Token").login());
    }

    @Test
    void refusesASessionThatHasEnded() {
        CLOCK.advance(Duration.ofHours(1));
        assertRefused(Reason.CALLER_NOT_RECOGNIZED, signer().login());
    }

    /** Every bit of what the signature covers counts. */
    @Test
    void refusesASignatureWithAnyOtherDigit() {
        String text = signer().headers().get("Authorization");
        for (int i = text.length() - 64; i < text.length(); i += 7) {
            Map<String, String> headers = signer().headers();
            char other = text.charAt(i) == '0' ? '1' : '0';
            headers.put("Authorization", text.substring(0, i) + other + text.substring(i + 1));
            assertRefused(Reason.CALLER_NOT_RECOGNIZED, signer().login(headers));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SignatureDoesNotMatch",
                "ExpiredToken",
                "InvalidClientTokenId",
                "MissingAuthenticationToken",
                "IncompleteSignature",
                "RegionDisabledException"
            })
    void blamesTheCallerForWhatAwsBlamesItFor(String code) {
        sts.behaviour().fail(403, code);

        assertRefused(Reason.CALLER_NOT_RECOGNIZED, signer().login());
    }

    static Stream<Arguments> doesNotDecideIfAws() {
        return Stream.of(
                sts("is throttling", b -> b.fail(400, "Throttling")),
                sts("is unavailable", b -> b.fail(503, "ServiceUnavailable")),
                sts("fails", b -> b.fail(500, "InternalFailure")),
                sts("refuses for an unknown reason", b -> b.fail(403, "Nonsense")),
                sts("refuses without JSON", b -> b.answerWith(403, "text/html", "<html>proxy</html>")),
                sts(
                        "refuses in XML",
                        b -> b.answerWith(
                                403,
                                "text/xml",
                                "<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>")),
                sts("redirects", b -> b.redirectTo(URI.create("http://127.0.0.1:1/"))),
                sts(
                        "answers in XML",
                        b -> b.answerWith(
                                200,
                                "text/xml",
                                "<GetCallerIdentityResponse><Arn>" + SESSION.arn()
                                        + "</Arn></GetCallerIdentityResponse>")),
                sts("says nothing", b -> b.answerWith(200, "application/json", "")),
                sts("answers with an empty object", b -> b.answerWith(200, "application/json", "{}")),
                sts("answers with a list", b -> b.answerWith(200, "application/json", "[]")),
                sts(
                        "names the account twice",
                        b -> b.edit(json -> json.replace("\"Account\":", "\"Account\":\"999999999999\",\"Account\":"))),
                sts("has more after the answer", b -> b.edit(json -> json + "{}")),
                sts("breaks off", AwsStsBehaviour::truncate),
                sts("never ends", AwsStsBehaviour::endless),
                sts("sends more than 64 KiB", b -> b.edit(json -> " ".repeat(64 * 1024) + json)),
                sts(
                        "lies about the account",
                        b -> b.edit(json -> json.replace("\"Account\":\"" + ACCOUNT, "\"Account\":\"999999999999"))),
                sts(
                        "lies about the account in the ARN",
                        b -> b.edit(json -> json.replace("sts::" + ACCOUNT, "sts::999999999999"))),
                sts("answers for another partition", b -> b.edit(json -> json.replace("arn:aws:", "arn:aws-cn:"))),
                sts("names a role with a path", b -> arn(b, "arn:aws:sts::123456789012:assumed-role/team/payments/s")),
                sts("names a role without a session", b -> arn(b, "arn:aws:sts::123456789012:assumed-role/payments")),
                sts("names the role itself", b -> arn(b, "arn:aws:iam::123456789012:role/payments")),
                sts("names a role with a star", b -> arn(b, "arn:aws:sts::123456789012:assumed-role/*/s")),
                sts("names a user of STS", b -> arn(b, "arn:aws:sts::123456789012:user/payments")),
                sts("names a session of IAM", b -> arn(b, "arn:aws:iam::123456789012:assumed-role/payments/s")),
                sts("names no account", b -> arn(b, "arn:aws:sts:::assumed-role/payments/s")),
                sts("names an account too long", b -> arn(b, "arn:aws:sts::1234567890123:assumed-role/payments/s")),
                sts("names a role in two lines", b -> arn(b, "arn:aws:sts::123456789012:assumed-role/payments/s\\n")),
                sts("names an overlong user", b -> arn(b, "arn:aws:iam::123456789012:user/" + "a/".repeat(1100) + "b")),
                sts("names nothing", b -> arn(b, "")),
                sts("has no user id", b -> b.edit(json -> json.replace("\"UserId\":", "\"X\":"))));
    }

    private static Arguments sts(String what, Consumer<AwsStsBehaviour> behaviour) {
        return arguments(what, behaviour);
    }

    private static void arn(AwsStsBehaviour behaviour, String arn) {
        behaviour.edit(
                json -> json.replace(SESSION.arn().replace("/", "\\/"), arn).replace(SESSION.arn(), arn));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void doesNotDecideIfAws(String what, Consumer<AwsStsBehaviour> behaviour) {
        behaviour.accept(sts.behaviour());

        assertRefused(Reason.STS_UNAVAILABLE, signer().login());
    }

    @Test
    void asksOnceAndFollowsNoRedirect() {
        sts.behaviour().redirectTo(sts.replacedAddresses().get(URI.create("https://sts.us-east-1.amazonaws.com/")));
        assertRefused(Reason.STS_UNAVAILABLE, signer().login());
        assertThat(sts.received()).hasSize(received + 1);
    }

    @Test
    void doesNotDecideIfAwsIsTooSlowOrDown() {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(signer().login(), METHOD, failing(new SocketTimeoutException("slow"))))
                .returns(Reason.STS_TIMEOUT, Refused::reason);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(signer().login(), METHOD, failing(new IOException("down"))))
                .returns(Reason.STS_UNAVAILABLE, Refused::reason);
        assertThat(Reason.STS_TIMEOUT.isUndecided()).isTrue();
        assertThat(Reason.STS_UNAVAILABLE.isUndecided()).isTrue();
    }

    @Test
    void doesNotDecideIfItCanOnlyGet() {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(signer().login(), METHOD, uri -> new Fetcher.Fetched(200, -1, "{}")))
                .returns(Reason.STS_UNAVAILABLE, Refused::reason);
    }

    private static Fetcher failing(IOException failure) {
        return new Fetcher() {
            @Override
            public Fetched get(URI uri) throws IOException {
                throw failure;
            }

            @Override
            public Fetched post(URI uri, Map<String, String> headers, byte[] body) throws IOException {
                throw failure;
            }
        };
    }

    /** CVE-2025-11621: nothing that AWS said about one account's role counts for another's. */
    @Test
    void knowsRolesOfTheSameNameApart() throws Exception {
        METHOD.admit(verify(signer().login(), METHOD).attestation());
        TemporaryCredentials others = aws.assume(new AwsSession("999999999999", "payments", "i-0123456789abcdef0"));
        AwsAttestation stranger = verify(new CallerIdentitySigner(others, REGION, CLOCK.instant()).login(), METHOD)
                .attestation();

        assertThat(stranger.caller().account()).isEqualTo("999999999999");
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> METHOD.admit(stranger))
                .returns(Reason.AWS_PRINCIPAL_NOT_ALLOWED, Refused::reason);
    }

    // The fields of the login.

    @Test
    void namesEveryFieldThatIsMissingOrMalformed() {
        AwsVerifier verifier = verifier(HttpFetcher.plainHttpToo());
        List<InvalidField> invalid = new ArrayList<>();
        verifier.assertion(Map.of(), invalid);
        assertThat(invalid)
                .containsExactly(
                        new InvalidField("iamHttpRequestMethod", "is required"),
                        new InvalidField("iamRequestBody", "is required"),
                        new InvalidField("iamRequestHeaders", "is required"));

        invalid.clear();
        verifier.assertion(
                Map.of(
                        "iamHttpRequestMethod",
                        7L,
                        "iamRequestBody",
                        " ",
                        "iamRequestHeaders",
                        "x".repeat(Assertion.MAX_LENGTH + 1)),
                invalid);
        assertThat(invalid)
                .containsExactly(
                        new InvalidField("iamHttpRequestMethod", "must be a string"),
                        new InvalidField("iamRequestBody", "must not be empty"),
                        new InvalidField("iamRequestHeaders", "must not be longer than 16384 characters"));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
