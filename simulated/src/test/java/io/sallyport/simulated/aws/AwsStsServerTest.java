package io.sallyport.simulated.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.simulated.Http;
import io.sallyport.simulated.MovableClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The security token service of AWS answers as the real one does. */
class AwsStsServerTest {
    private static final String JSON = "application/json";
    private static final AwsSession SESSION = new AwsSession("123456789012", "payments", "i-0123456789abcdef0");

    private final MovableClock clock = new MovableClock();
    private final SimulatedAws aws = SimulatedAws.start(clock);
    private final AwsStsServer sts = aws.sts();
    private final TemporaryCredentials keys = aws.assume(SESSION);

    @AfterEach
    void close() {
        aws.close();
    }

    /** AWS's test suite for Signature Version 4: get-vanilla, post-vanilla and post-x-www-form-urlencoded. */
    @ParameterizedTest
    @CsvSource({
        "GET, '', '', 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "POST, '', '', 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "POST, Param1=value1, application/x-www-form-urlencoded,"
                + " ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
    })
    void calculatesTheSignaturesOfAwssTestSuite(String method, String body, String type, String signature) {
        Map<String, String> headers =
                new TreeMap<>(Map.of("host", "example.amazonaws.com", "x-amz-date", "20150830T123600Z"));
        if (!type.isEmpty()) {
            headers.put("content-type", type);
        }
        AwsSignature signed =
                new AwsSignature("AKIDEXAMPLE", "20150830", "us-east-1", "service", List.copyOf(headers.keySet()), "");

        assertThat(signed.expected(
                        new SignedRequest(method, URI.create("https://example.amazonaws.com/"), headers),
                        body,
                        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
                .isEqualTo(signature);
    }

    @Test
    void namesTheCallerInXmlUnlessJsonIsAskedFor() throws Exception {
        HttpResponse<String> xml = ask(signer(), "*/*");
        assertThat(xml.statusCode()).isEqualTo(200);
        assertThat(Http.header(xml, "Content-Type")).isEqualTo("text/xml");
        assertThat(xml.body()).contains("<Arn>" + SESSION.arn() + "</Arn>", "<Account>123456789012</Account>");

        HttpResponse<String> json = ask(signer(), JSON);
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(json.body().replace("\\/", "/"))
                .contains("\"GetCallerIdentityResult\":", "\"Arn\":\"" + SESSION.arn() + "\"");
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                arguments("SignatureDoesNotMatch", 403, change(s -> s.region("us-east-1"))),
                arguments("SignatureDoesNotMatch", 403, change(s -> s.service("iam"))),
                arguments("SignatureDoesNotMatch", 403, change(s -> s.path("/x"))),
                arguments("SignatureDoesNotMatch", 403, change(s -> s.without("Host"))),
                arguments("SignatureDoesNotMatch", 403, change(s -> s.scopeDate("20260228"))),
                arguments("SignatureDoesNotMatch", 403, change(s -> s.header("X-Amz-Date", "20260301T114459Z"))),
                arguments("SignatureDoesNotMatch", 403, change(s -> s.header("X-Amz-Date", "20260301T121502Z"))),
                arguments("IncompleteSignature", 400, change(s -> s.header("X-Amz-Date", "today"))),
                arguments("InvalidClientTokenId", 403, change(s -> s.header("X-Amz-Security-Token", "another"))));
    }

    private static UnaryOperator<CallerIdentitySigner> change(UnaryOperator<CallerIdentitySigner> change) {
        return change;
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource
    void refuses(String code, int status, UnaryOperator<CallerIdentitySigner> change) throws Exception {
        HttpResponse<String> json = ask(change.apply(signer()), JSON);
        assertThat(json.statusCode()).isEqualTo(status);
        assertThat(json.body()).contains("\"Code\":\"" + code + "\"", "\"Type\":\"Sender\"");

        HttpResponse<String> xml = ask(change.apply(signer()), "text/xml");
        assertThat(xml.statusCode()).isEqualTo(status);
        assertThat(xml.body()).contains("<Code>" + code + "</Code>");
    }

    @Test
    void refusesARequestWithoutASignature() throws Exception {
        assertThat(send("sts.eu-west-1.amazonaws.com", Map.of(), JSON).body()).contains("MissingAuthenticationToken");
        assertThat(send("sts.eu-west-1.amazonaws.com", Map.of("Authorization", "Bearer x"), JSON)
                        .body())
                .contains("IncompleteSignature");
    }

    @Test
    void refusesKeysOfASessionThatHasEnded() throws Exception {
        clock.advance(Duration.ofHours(1));
        assertThat(ask(signer(), JSON).body()).contains("ExpiredToken");
    }

    @Test
    void refusesKeysOfAnotherPartition() throws Exception {
        CallerIdentitySigner chinese = new CallerIdentitySigner(keys, "cn-north-1", clock.instant())
                .header("Host", "sts.cn-north-1.amazonaws.com.cn");
        assertThat(send("sts.cn-north-1.amazonaws.com.cn", chinese.headers(), JSON)
                        .body())
                .contains("InvalidClientTokenId");
    }

    @Test
    void refusesAHeaderOfAwsThatIsNotSigned() throws Exception {
        Map<String, String> headers = new HashMap<>(signer().headers());
        headers.put("X-Amz-Target", "x");
        assertThat(send("sts.eu-west-1.amazonaws.com", headers, JSON).body()).contains("SignatureDoesNotMatch");
    }

    private CallerIdentitySigner signer() {
        return new CallerIdentitySigner(keys, "eu-west-1", clock.instant());
    }

    private HttpResponse<String> ask(CallerIdentitySigner signer, String accept) throws Exception {
        return send("sts.eu-west-1.amazonaws.com", signer.headers(), accept);
    }

    private HttpResponse<String> send(String host, Map<String, String> headers, String accept) throws Exception {
        URI uri = sts.replacedAddresses().getOrDefault(URI.create("https://" + host + "/"), URI.create("/"));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(CallerIdentitySigner.BODY));
        headers.forEach((name, value) -> {
            // The client sends these itself.
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                request.header(name, value);
            }
        });
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
