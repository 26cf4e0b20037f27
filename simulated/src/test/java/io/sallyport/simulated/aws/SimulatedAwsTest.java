package io.sallyport.simulated.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.sallyport.simulated.Http;
import io.sallyport.simulated.MovableClock;
import io.sallyport.simulated.federation.AwsProvider;
import io.sallyport.simulated.federation.ProviderName;
import io.sallyport.simulated.federation.SimulatedSts;
import io.sallyport.simulated.federation.SimulatedStsTest;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SimulatedAwsTest {
    private static final AwsSession FUNCTION = new AwsSession("123456789012", "sallyport", "gcp-login");
    private static final ProviderName NAME = SimulatedStsTest.NAME;
    private static final String TARGET = "x-goog-cloud-target-resource";

    private final MovableClock clock = new MovableClock();
    private final SimulatedAws aws = SimulatedAws.start(clock);
    private final SimulatedSts sts = SimulatedSts.start(clock);
    private final TemporaryCredentials keys = aws.assume(FUNCTION);

    @BeforeEach
    void register() {
        sts.register(AwsProvider.of(NAME, aws, FUNCTION.account())
                .onlyIf(caller -> !String.valueOf(caller.get("arn")).endsWith("/stranger")));
    }

    @AfterEach
    void close() {
        sts.close();
        aws.close();
    }

    /** A request signed as AWS requires. */
    private static final class Signing {
        private final TreeMap<String, String> headers = new TreeMap<>();
        private String url = "https://sts.eu-west-1.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15";
        private String method = "POST";
        private List<String> signed = List.of("host", "x-amz-date", "x-amz-security-token", TARGET);
        private TemporaryCredentials keys;

        Signing(TemporaryCredentials keys, Instant now) {
            this.keys = keys;
            headers.put("host", "sts.eu-west-1.amazonaws.com");
            headers.put("x-amz-security-token", keys.sessionToken());
            headers.put(TARGET, NAME.audience());
            at(now);
        }

        void at(Instant now) {
            headers.put(
                    "x-amz-date",
                    DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                            .withZone(ZoneOffset.UTC)
                            .format(now));
        }

        Signing sign() {
            AwsSignature unsigned = new AwsSignature(
                    keys.accessKeyId(), headers.get("x-amz-date").substring(0, 8), "eu-west-1", "sts", signed, "");
            String hex = unsigned.expected(new SignedRequest(method, URI.create(url), headers), keys.secretAccessKey());
            headers.put(
                    "authorization",
                    "AWS4-HMAC-SHA256 Credential=" + keys.accessKeyId() + "/" + unsigned.date()
                            + "/eu-west-1/sts/aws4_request, SignedHeaders=" + String.join(";", signed) + ", Signature="
                            + hex);
            return this;
        }

        String token() {
            List<Map<String, String>> list = headers.entrySet().stream()
                    .map(header -> Map.of("key", header.getKey(), "value", header.getValue()))
                    .toList();
            return URLEncoder.encode(
                    JSONObjectUtils.toJSONString(Map.of("url", url, "method", method, "headers", list)), UTF_8);
        }
    }

    private Signing request() {
        return new Signing(keys, clock.instant());
    }

    /** AWS IAM User Guide, the example of "Create a signed AWS API request". */
    @Test
    void aSignatureIsWhatAwsSaysThatItIs() {
        Map<String, String> headers = new TreeMap<>(Map.of(
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
                "host",
                "iam.amazonaws.com",
                "x-amz-date",
                "20150830T123600Z"));
        AwsSignature signature = AwsSignature.parse("AWS4-HMAC-SHA256"
                        + " Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
                        + " SignedHeaders=content-type;host;x-amz-date,"
                        + " Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
                .orElseThrow();
        assertThat(signature.expected(
                        new SignedRequest(
                                "GET",
                                URI.create("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"),
                                headers),
                        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
                .isEqualTo(signature.hex());
    }

    @Test
    void aSignedRequestStandsForTheRoleOfItsKeys() throws Exception {
        Map<String, Object> answer = answer(exchange(request().sign().token()), 200);
        assertThat(sts.identity((String) answer.get("access_token"))).hasValueSatisfying(identity -> {
            assertThat(identity.subject()).isEqualTo("arn:aws:sts::123456789012:assumed-role/sallyport/gcp-login");
            assertThat(identity.attributes())
                    .isEqualTo(Map.of("aws_role", "arn:aws:sts::123456789012:assumed-role/sallyport"));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesARequestThat(String flaw, Consumer<Signing> before, Consumer<Signing> after, String error)
            throws Exception {
        Signing request = request();
        before.accept(request);
        request.sign();
        after.accept(request);
        assertThat(answer(exchange(request.token()), 400)).containsEntry("error", error);
    }

    static Stream<Arguments> refusesARequestThat() {
        return Stream.of(
                signed("is for another provider", r -> r.headers.put(TARGET, NAME.audience() + "x")),
                signed("is not signed for this provider", r -> r.signed = List.of("host", "x-amz-date")),
                signed("has another host", "invalid_request", r -> r.headers.put("host", "sts.amazonaws.com")),
                signed("goes elsewhere", "invalid_request", r -> {
                    r.url = r.url.replace("amazonaws.com", "amazonaws.com.evil.example");
                    r.headers.put("host", "sts.eu-west-1.amazonaws.com.evil.example");
                }),
                signed("goes in clear text", "invalid_request", r -> r.url = r.url.replace("https:", "http:")),
                signed(
                        "asks another question",
                        "invalid_request",
                        r -> r.url = r.url.replace("GetCallerIdentity", "GetAccessKeyInfo")),
                signed("has another method", "invalid_request", r -> r.method = "GET"),
                signed("is too old", r -> r.at(new MovableClock().instant().minusSeconds(301))),
                signed(
                        "is from the future",
                        r -> r.at(new MovableClock().instant().plusSeconds(301))),
                signed(
                        "has unknown keys",
                        r -> r.keys =
                                new TemporaryCredentials("ASIAOTHER", "secret", r.keys.sessionToken(), Instant.MAX)),
                signed(
                        "is signed with another secret",
                        r -> r.keys = new TemporaryCredentials(
                                r.keys.accessKeyId(), "secret", r.keys.sessionToken(), Instant.MAX)),
                signed("has another session's token", r -> r.headers.put("x-amz-security-token", "other")),
                changed("was signed for another time", r -> r.headers.put("x-amz-date", "20260301T120001Z")),
                changed("has no time", r -> r.headers.put("x-amz-date", "now")),
                changed("has no signature", r -> r.headers.remove("authorization")),
                changed(
                        "has another signature",
                        r -> r.headers.compute("authorization", (name, value) -> value.replaceAll(".{4}$", "0000"))));
    }

    private static Arguments signed(String flaw, Consumer<Signing> change) {
        return signed(flaw, "invalid_grant", change);
    }

    private static Arguments signed(String flaw, String error, Consumer<Signing> change) {
        Consumer<Signing> nothing = request -> {};
        return arguments(flaw, change, nothing, error);
    }

    private static Arguments changed(String flaw, Consumer<Signing> change) {
        Consumer<Signing> nothing = request -> {};
        return arguments(flaw, nothing, change, "invalid_grant");
    }

    @Test
    void keysAreGoodForAnHour() throws Exception {
        clock.advance(Duration.ofHours(1).minusNanos(1));
        answer(exchange(request().sign().token()), 200);
        clock.advance(Duration.ofNanos(1));
        answer(exchange(request().sign().token()), 400);
    }

    @Test
    void refusesAnotherAccountAndWhatTheConditionRejects() throws Exception {
        Signing foreign = new Signing(aws.assume(new AwsSession("1", "sallyport", "gcp-login")), clock.instant());
        assertThat(answer(exchange(foreign.sign().token()), 400)).containsEntry("error", "invalid_grant");
        Signing stranger =
                new Signing(aws.assume(new AwsSession(FUNCTION.account(), "sallyport", "stranger")), clock.instant());
        assertThat(answer(exchange(stranger.sign().token()), 400)).containsEntry("error", "unauthorized_client");
    }

    /** The names of a role and a function may be 64 characters each; together they may then be too long. */
    @Test
    void refusesAnArnThatIsTooLongForASubject() throws Exception {
        Signing request = new Signing(
                aws.assume(new AwsSession(FUNCTION.account(), "r".repeat(64), "f".repeat(64))), clock.instant());
        assertThat(answer(exchange(request.sign().token()), 400)).containsEntry("error", "invalid_request");
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        for (String token : List.of("no-json", "{}", "%7B%22headers%22%3A%5B%7B%7D%5D%7D")) {
            assertThat(answer(exchange(token), 400)).containsEntry("error", "invalid_request");
        }
        String twice = request()
                .sign()
                .token()
                .replace(
                        "%22headers%22%3A%5B",
                        "%22headers%22%3A%5B" + URLEncoder.encode("{\"key\":\"Host\",\"value\":\"other\"},", UTF_8));
        assertThat(answer(exchange(twice), 400)).containsEntry("error", "invalid_request");
    }

    @Test
    void takesNoJwtInPlaceOfARequest() throws Exception {
        Map<String, String> form = SimulatedStsTest.request(request().sign().token());
        assertThat(answer(post(form), 400)).containsEntry("error", "invalid_request");
    }

    @Test
    void onlyTheFunctionFindsItsKeys() throws Exception {
        LambdaCredentials lambda = aws.lambda(FUNCTION);
        Map<String, Object> found = answer(Http.get(lambda.uri(), "Authorization", lambda.token()), 200);
        assertThat(found)
                .containsOnlyKeys("AccessKeyId", "SecretAccessKey", "Token", "Expiration")
                .containsEntry("AccessKeyId", lambda.current().accessKeyId());
        assertThat(Http.get(lambda.uri()).statusCode()).isEqualTo(401);
        assertThat(Http.get(lambda.uri(), "Authorization", "other").statusCode())
                .isEqualTo(401);
        assertThat(Http.get(lambda.uri().resolve("/other"), "Authorization", lambda.token())
                        .statusCode())
                .isEqualTo(404);
        assertThat(lambda.requests()).isEqualTo(4);
    }

    private HttpResponse<String> exchange(String token) throws Exception {
        Map<String, String> form = SimulatedStsTest.request(token);
        form.put("subject_token_type", "urn:ietf:params:aws:token-type:aws4_request");
        return post(form);
    }

    private HttpResponse<String> post(Map<String, String> form) throws Exception {
        return Http.post(sts.token(), SimulatedStsTest.form(form), "Content-Type", "application/x-www-form-urlencoded");
    }

    private static Map<String, Object> answer(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSONObjectUtils.parse(response.body());
    }
}
