package io.sallyport.runtime.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Body;
import io.sallyport.http.Fields;
import io.sallyport.http.Handler;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.http.Routes;
import io.sallyport.login.LoginRequest;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import io.sallyport.testing.TestEnvironment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases that must hold for all three adapters. */
final class CloudFunctionTest {
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String LOGIN = "/api/v1/auth/gcp-auth/login";
    private static final GcpVerifier JWTS = new GcpVerifier(GcpVerifier.Endpoints.GOOGLE, uri -> {
        throw new IOException("nothing is fetched");
    });
    private static final String LOGIN_BODY = "{\"identityId\":\"build-7\",\"jwt\":\"e30.e30.e30\"}";

    private final TestEnvironment world = new TestEnvironment();
    private final List<Request> handled = new ArrayList<>();

    private final Handler handler = new Routes()
            .add("POST", LOGIN, request -> {
                handled.add(request);
                return Response.json(200, Map.of("read", Fields.parse(request)));
            })
            .add("GET", "/.well-known/jwks.json", request -> {
                handled.add(request);
                return Response.json(200, Map.of("keys", List.of())).with("ETag", "\"1\"");
            })
            .add("GET", "/unchanged", request -> new Response(304, Map.of("ETag", "\"1\""), ""))
            .add("POST", "/bug", request -> {
                throw new IllegalStateException(
                        "canary " + new String(request.body().bytes(), StandardCharsets.UTF_8));
            })
            .add("POST", "/refusing", request -> {
                throw new Refused(Reason.STORE_UNAVAILABLE, "canary");
            });

    @ParameterizedTest
    @EnumSource
    void passesAJsonBodyOnWhole(Cloud cloud) throws Exception {
        Answer answer = send(cloud, Call.post(LOGIN, JSON, LOGIN_BODY));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(onlyRequest().method()).isEqualTo("POST");
        assertThat(onlyRequest().path()).isEqualTo(LOGIN);
        assertThat(new String(onlyRequest().body().bytes(), StandardCharsets.UTF_8))
                .isEqualTo(LOGIN_BODY);
        assertThat(LoginRequest.parse(onlyRequest(), JWTS).identityId()).hasToString("build-7");
    }

    @ParameterizedTest
    @EnumSource
    void passesAFormOnWhole(Cloud cloud) throws Exception {
        Answer answer = send(cloud, Call.post(LOGIN, FORM, "identityId=build-7&jwt=a%2Bb+c"));

        assertThat(answer.json()).isEqualTo(Map.of("read", Map.of("identityId", "build-7", "jwt", "a+b c")));
    }

    @ParameterizedTest
    @EnumSource
    void takesAndGivesUtf8(Cloud cloud) throws Exception {
        assertThat(send(cloud, Call.post(LOGIN, JSON, "{\"å\":\"€😀\"}")).json())
                .isEqualTo(Map.of("read", Map.of("å", "€😀")));
        assertThat(send(cloud, Call.post(LOGIN, FORM + "; charset=utf-8", "å=€😀"))
                        .json())
                .isEqualTo(Map.of("read", Map.of("å", "€😀")));
    }

    @ParameterizedTest
    @EnumSource
    void takesAnEmptyAuthorizationHeader(Cloud cloud) throws Exception {
        assertThat(send(cloud, Call.post(LOGIN, JSON, LOGIN_BODY).with("Authorization", ""))
                        .status())
                .isEqualTo(200);
        assertThat(onlyRequest().headers().all("authorization")).containsExactly("");
    }

    @ParameterizedTest
    @EnumSource
    void takesABodyThatIsNotThereForAnEmptyOne(Cloud cloud) throws Exception {
        assertThat(send(cloud, Call.post(LOGIN, FORM, "")).json()).isEqualTo(Map.of("read", Map.of()));
        assertThat(send(cloud, Call.post(LOGIN, JSON, ""))).returns(400, Answer::status);
        assertThat(send(cloud, Call.bodiless("POST", LOGIN))).returns(415, Answer::status);
    }

    @ParameterizedTest
    @EnumSource
    void ignoresATrailingSlash(Cloud cloud) throws Exception {
        assertThat(send(cloud, Call.post(LOGIN + "/", JSON, LOGIN_BODY))).returns(200, Answer::status);
    }

    @ParameterizedTest
    @EnumSource
    void hasNothingAtAnUnknownPath(Cloud cloud) throws Exception {
        Answer answer = send(cloud, Call.post("/api/v1/auth/other/login", JSON, LOGIN_BODY));

        assertError(answer, 404, "NotFound");
        assertThat(handled).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhichMethodsAPathTakes(Cloud cloud) throws Exception {
        assertThat(assertError(send(cloud, Call.bodiless("GET", LOGIN)), 405, "MethodNotAllowed")
                        .headers())
                .containsEntry("allow", "POST");
        assertThat(assertError(send(cloud, Call.post("/.well-known/jwks.json", JSON, "{}")), 405, "MethodNotAllowed")
                        .headers())
                .containsEntry("allow", "GET");
    }

    @ParameterizedTest
    @EnumSource
    void sendsEveryHeaderOnce(Cloud cloud) throws Exception {
        assertThat(send(cloud, Call.bodiless("GET", "/.well-known/jwks.json")).headers())
                .isEqualTo(Map.of(
                        "content-type", "application/json; charset=utf-8",
                        "cache-control", "no-store",
                        "x-content-type-options", "nosniff",
                        "etag", "\"1\""));
    }

    @ParameterizedTest
    @EnumSource
    void answersHeadLikeGetWithoutTheBody(Cloud cloud) throws Exception {
        Answer get = send(cloud, Call.bodiless("GET", "/.well-known/jwks.json"));
        Answer head = send(cloud, Call.bodiless("HEAD", "/.well-known/jwks.json"));

        assertThat(get.body()).isEqualTo("{\"keys\":[]}");
        assertThat(head).isEqualTo(new Answer(200, get.headers(), ""));
    }

    @ParameterizedTest
    @EnumSource
    void answersHeadWithoutABodyWhereThereIsNothing(Cloud cloud) throws Exception {
        assertThat(send(cloud, Call.bodiless("HEAD", "/nothing")))
                .returns(404, Answer::status)
                .returns("", Answer::body);
    }

    @ParameterizedTest
    @EnumSource
    void answersWithoutABodyOrAType(Cloud cloud) throws Exception {
        assertThat(send(cloud, Call.bodiless("GET", "/unchanged")))
                .isEqualTo(new Answer(304, Map.of("etag", "\"1\""), ""));
    }

    @ParameterizedTest
    @EnumSource
    void takesABodyOf64KiB(Cloud cloud) throws Exception {
        assertThat(send(cloud, Call.post(LOGIN, JSON, jsonOf(Body.MAX_COUNT)))).returns(200, Answer::status);
        assertThat(send(cloud, Call.post(LOGIN, FORM, formOf(Body.MAX_COUNT)))).returns(200, Answer::status);
        assertThat(handled)
                .extracting(request -> request.body().length())
                .containsExactly(Body.MAX_COUNT, Body.MAX_COUNT);
    }

    @ParameterizedTest
    @EnumSource
    void refusesOneByteMore(Cloud cloud) throws Exception {
        assertError(send(cloud, Call.post(LOGIN, JSON, jsonOf(Body.MAX_COUNT + 1))), 413, "PayloadTooLarge");
        assertError(send(cloud, Call.post(LOGIN, FORM, formOf(Body.MAX_COUNT + 1))), 413, "PayloadTooLarge");
        assertError(send(cloud, Call.post(LOGIN, FORM, formOf(Body.MAX_COUNT * 4))), 413, "PayloadTooLarge");
        assertThat(world.logged())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).containsEntry("reason", "body_too_large"));
        assertThat(handled).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void readsNoBodyWhereNoneIsDue(Cloud cloud) throws Exception {
        Call get = Call.bodiless("GET", "/.well-known/jwks.json");
        Call withBody = new Call(get.method(), get.path(), get.headers(), "a".repeat(Body.MAX_COUNT * 2), get.peer());

        assertThat(send(cloud, withBody)).returns(200, Answer::status);
        assertThat(onlyRequest().body().length()).isZero();
    }

    @Test
    void refusesWhatGoogleDeclaresTooLargeWithoutReadingIt() throws Exception {
        GoogleFrontEnd.Response response = new GoogleFrontEnd.Response();
        Unreadable body = new Unreadable();
        Call call = Call.post(LOGIN, JSON, LOGIN_BODY).with("Expect", "100-continue");

        new CloudFunction(endpoint(0)) {}.service(new GoogleFrontEnd.Request(call, body, Body.MAX_COUNT + 1), response);

        assertThat(assertError(response.answer(), 413, "PayloadTooLarge").headers())
                .containsEntry("connection", "close");
        assertThat(body.asked).isFalse();
    }

    /** RFC 9112 §9.6: the unread rest of a body would be taken for the next request. */
    @Test
    void leavesNothingOfABodyOnAConnectionThatStaysOpen() throws Exception {
        for (String method : List.of("POST", "GET", "HEAD", "PUT")) {
            GoogleFrontEnd.Response response = new GoogleFrontEnd.Response();
            ByteArrayInputStream body = new ByteArrayInputStream(new byte[Body.MAX_COUNT]);
            Call call = Call.bodiless(method, LOGIN);

            new CloudFunction(endpoint(0)) {}.service(new GoogleFrontEnd.Request(call, body, Body.MAX_COUNT), response);

            assertThat(response.answer().headers()).as(method).doesNotContainKey("connection");
            assertThat(body.available()).as(method).isZero();
        }
    }

    @Test
    void closesAConnectionOnWhichMoreOfABodyMayCome() throws Exception {
        for (String method : List.of("POST", "GET", "HEAD", "PUT")) {
            GoogleFrontEnd.Response response = new GoogleFrontEnd.Response();
            ByteArrayInputStream body = new ByteArrayInputStream(new byte[200_000]);
            Call call = Call.bodiless(method, LOGIN);

            new CloudFunction(endpoint(0)) {}.service(new GoogleFrontEnd.Request(call, body, 200_000), response);

            assertThat(response.answer().headers()).as(method).containsEntry("connection", "close");
            assertThat(body.available()).as("what the sender still sent").isZero();
        }
    }

    @Test
    void answersBeforeItReadsOnFromASenderThatDoesNotStop() throws Exception {
        GoogleFrontEnd.Response response = new GoogleFrontEnd.Response();
        List<String> answers = new ArrayList<>();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return read(new byte[1], 0, 1);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                answers.add(response.answer().body());
                return length;
            }
        };

        new CloudFunction(endpoint(0)) {}.service(
                new GoogleFrontEnd.Request(Call.bodiless("POST", LOGIN), endless, 100_000_000), response);

        assertThat(assertError(response.answer(), 413, "PayloadTooLarge").headers())
                .containsEntry("connection", "close");
        assertThat(answers).isNotEmpty().doesNotContain("");
    }

    /** There the platform itself reads the body. */
    @ParameterizedTest
    @EnumSource(names = {"AZURE", "LAMBDA"})
    void saysNothingOfConnectionsWhereItHasNone(Cloud cloud) throws Exception {
        assertThat(send(cloud, Call.post(LOGIN, JSON, "a".repeat(2_000_000))))
                .returns(413, Answer::status)
                .satisfies(answer -> assertThat(answer.headers()).doesNotContainKey("connection"));
    }

    @Test
    void readsWhatGoogleDeclaresNoLengthOf() throws Exception {
        GoogleFrontEnd.Response response = new GoogleFrontEnd.Response();
        Call call = Call.post(LOGIN, JSON, LOGIN_BODY);

        new CloudFunction(endpoint(0)) {}.service(
                new GoogleFrontEnd.Request(call, new ByteArrayInputStream(call.bytes()), -1), response);

        assertThat(response.answer().status()).isEqualTo(200);
    }

    @Test
    void refusesABodyFromGoogleThatBreaksOff() throws Exception {
        GoogleFrontEnd.Response response = new GoogleFrontEnd.Response();
        Call call = Call.post(LOGIN, JSON, LOGIN_BODY);

        new CloudFunction(endpoint(0)) {}.service(new GoogleFrontEnd.Request(call, new Unreadable(), 10), response);

        assertError(response.answer(), 400, "BadRequest");
    }

    @ParameterizedTest
    @EnumSource
    void answersABugBarely(Cloud cloud) throws Exception {
        Answer answer = send(cloud, Call.post("/bug", JSON, "canary body"));

        assertError(answer, 500, "InternalServerError");
        assertThat(answer.body()).doesNotContain("canary", "IllegalState", "Exception");
        assertThat(answer.headers().toString()).doesNotContain("canary");
    }

    @ParameterizedTest
    @EnumSource
    void logsWhereABugIsAndNothingOfItsMessage(Cloud cloud) throws Exception {
        Answer answer = send(cloud, Call.post("/bug", JSON, "canary body").with("Authorization", "Bearer canary"));

        assertThat(world.logged()).singleElement().satisfies(line -> {
            assertThat(line)
                    .containsEntry("severity", "ERROR")
                    .containsEntry("requestId", answer.json().get("reqId"))
                    .containsEntry("exception", IllegalStateException.class.getName());
            assertThat((List<?>) line.get("stack"))
                    .first()
                    .asString()
                    .contains(CloudFunctionTest.class.getSimpleName());
        });
        assertThat(world.lines().toString()).doesNotContain("canary");
    }

    @ParameterizedTest
    @EnumSource
    void answersARefusal(Cloud cloud) throws Exception {
        Answer answer = send(cloud, Call.post("/refusing", JSON, "{}"));

        assertThat(assertError(answer, 503, "ServiceUnavailable").headers()).containsKey("retry-after");
        assertThat(answer.body()).doesNotContain("canary");
    }

    @ParameterizedTest
    @EnumSource
    void givesEveryRequestANewId(Cloud cloud) throws Exception {
        Set<Object> ids = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            ids.add(send(cloud, Call.bodiless("GET", "/nothing").with("X-Request-Id", "req-theirs"))
                    .json()
                    .get("reqId"));
        }

        assertThat(ids).hasSize(10).allMatch(id -> String.valueOf(id).startsWith("req-test-"));
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheHandlerTheIdThatTheCallerGets(Cloud cloud) throws Exception {
        Answer answer = send(cloud, Call.post(LOGIN, JSON, "{\"a\":1,\"a\":2}"));

        assertThat(answer.json()).containsEntry("reqId", onlyRequest().id());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void takesNoCallersWordForItsAddress(Cloud cloud, String header) throws Exception {
        send(cloud, Call.post(LOGIN, JSON, LOGIN_BODY).with(header, "203.0.113.7"));

        assertThat(onlyRequest().client().text()).isEqualTo(cloud == Cloud.LAMBDA ? "192.0.2.1" : "");
    }

    static Stream<Arguments> takesNoCallersWordForItsAddress() {
        return eachCloudWith(
                "X-Forwarded-For",
                "x-forwarded-for",
                "X-Real-IP",
                "CF-Connecting-IP",
                "True-Client-IP",
                "X-Client-IP",
                "X-Azure-ClientIP",
                "X-Azure-SocketIP",
                "Client-IP",
                "Forwarded",
                "Via");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void readsOnlyTheHeaderThatOurProxyAppendsTo(Cloud cloud, String header) throws Exception {
        send(cloud, 1, Call.post(LOGIN, JSON, LOGIN_BODY).with(header, "203.0.113.7"));

        assertThat(onlyRequest().client().isKnown()).isFalse();
    }

    static Stream<Arguments> readsOnlyTheHeaderThatOurProxyAppendsTo() {
        return eachCloudWith("X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "Forwarded", "X-Forwarded");
    }

    /** A caller may have made up whatever is left of the hops that we count. */
    @ParameterizedTest(name = "{0}: {1} hops of {2}")
    @MethodSource
    void takesTheAddressThatTheLastOfOurProxiesSaw(Cloud cloud, int hops, List<String> lines, String expected)
            throws Exception {
        send(cloud, hops, Call.post(LOGIN, JSON, LOGIN_BODY).with("X-Forwarded-For", lines.toArray(String[]::new)));

        assertThat(onlyRequest().client().text()).isEqualTo(expected);
        assertThat(onlyRequest().client().isKnown()).isEqualTo(!expected.isEmpty());
    }

    static Stream<Arguments> takesTheAddressThatTheLastOfOurProxiesSaw() {
        String forged = "203.0.113.7";
        String seen = "198.51.100.2";
        return Stream.of(
                        arguments(1, List.of(seen), seen),
                        arguments(1, List.of(forged + ", " + seen), seen),
                        arguments(1, List.of(forged + "," + seen), seen),
                        arguments(1, List.of(forged, seen), seen),
                        arguments(1, List.of(forged + ", 10.0.0.1", forged + " , " + seen), seen),
                        arguments(1, List.of("\"" + seen + ", " + seen), seen),
                        arguments(2, List.of(seen + ", 10.0.0.1"), seen),
                        arguments(2, List.of(forged + ", " + seen + ", 10.0.0.1"), seen),
                        arguments(2, List.of(forged, seen, "10.0.0.1"), seen),
                        arguments(2, List.of(forged + "," + seen, "10.0.0.1"), seen),
                        arguments(3, List.of(seen + ", 10.0.0.1, 10.0.0.2"), seen),
                        // The hops are too few: a caller bypassed one of our proxies, or there are fewer than
                        // configured.
                        arguments(1, List.of(), ""),
                        arguments(2, List.of(seen), ""),
                        arguments(3, List.of(forged + ", " + seen), ""),
                        // As proxies write addresses.
                        arguments(1, List.of(seen + ":443"), seen),
                        arguments(1, List.of(seen + ":50123"), seen),
                        arguments(1, List.of("2001:db8::7"), "2001:db8::7"),
                        arguments(1, List.of("[2001:db8::7]"), "2001:db8::7"),
                        arguments(1, List.of("[2001:db8::7]:443"), "2001:db8::7"),
                        arguments(1, List.of("::ffff:198.51.100.2"), "::ffff:198.51.100.2"),
                        arguments(1, List.of("2001:DB8:0:0:0:0:0:7"), "2001:DB8:0:0:0:0:0:7"),
                        arguments(1, List.of("::"), "::"),
                        // If it is not an address, the search does not continue to its left.
                        arguments(1, List.of(seen + ", "), ""),
                        arguments(1, List.of(seen + ", unknown"), ""),
                        arguments(1, List.of(seen + ", _hidden"), ""),
                        arguments(1, List.of(seen + ", localhost"), ""),
                        arguments(1, List.of(seen + ", 198.51.100"), ""),
                        arguments(1, List.of(seen + ", 198.51.100.2.3"), ""),
                        arguments(1, List.of(seen + ", 198.51.100.256"), ""),
                        arguments(1, List.of(seen + ", 198.51.100.02"), ""),
                        arguments(1, List.of(seen + ", ....... "), ""),
                        arguments(1, List.of(seen + ", 198.51.100.2/32"), ""),
                        arguments(1, List.of(seen + ", 198.51.100.2:"), ""),
                        arguments(1, List.of(seen + ", 198.51.100.2:x"), ""),
                        arguments(1, List.of(seen + ", 198.51.100.2:123456"), ""),
                        arguments(1, List.of(seen + ", 3325256706"), ""),
                        arguments(1, List.of(seen + ", cafe"), ""),
                        arguments(1, List.of(seen + ", de:ad"), ""),
                        arguments(1, List.of(seen + ", [198.51.100.2]"), ""),
                        arguments(1, List.of(seen + ", [2001:db8::7"), ""),
                        arguments(1, List.of(seen + ", 2001:db8::7]"), ""),
                        arguments(1, List.of(seen + ", fe80::1%eth0"), ""),
                        arguments(1, List.of(seen + ", " + "1:".repeat(40)), ""),
                        arguments(1, List.of(seen + ", \"198.51.100.2\""), ""),
                        arguments(1, List.of(seen + ", for=198.51.100.2"), ""))
                .flatMap(CloudFunctionTest::inEveryCloud);
    }

    @Test
    void takesLambdasOwnWordForTheAddress() throws Exception {
        send(Cloud.LAMBDA, Call.post(LOGIN, JSON, LOGIN_BODY).from("2001:db8::7"));

        assertThat(onlyRequest().client().text()).isEqualTo("2001:db8::7");
    }

    @Test
    void prefersTheHopsThatAreConfiguredToLambdasOwnWord() throws Exception {
        send(Cloud.LAMBDA, 1, Call.post(LOGIN, JSON, LOGIN_BODY).with("X-Forwarded-For", "198.51.100.2"));
        send(Cloud.LAMBDA, 1, Call.post(LOGIN, JSON, LOGIN_BODY));

        assertThat(handled).extracting(request -> request.client().text()).containsExactly("198.51.100.2", "");
    }

    private Answer send(Cloud cloud, Call call) throws IOException {
        return send(cloud, 0, call);
    }

    private Answer send(Cloud cloud, int forwardedHops, Call call) throws IOException {
        return cloud.send(call, endpoint(forwardedHops));
    }

    private Endpoint endpoint(int forwardedHops) {
        return new Endpoint(world.environment(), forwardedHops, handler);
    }

    private Request onlyRequest() {
        assertThat(handled).hasSize(1);
        return handled.get(0);
    }

    private static Answer assertError(Answer answer, int status, String error) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("content-type", "application/json; charset=utf-8");
        assertThat(answer.json())
                .containsOnlyKeys("reqId", "statusCode", "message", "error")
                .containsEntry("statusCode", (long) status)
                .containsEntry("error", error);
        return answer;
    }

    private static String jsonOf(int bytes) {
        return "{\"a\":\"" + "b".repeat(bytes - 8) + "\"}";
    }

    private static String formOf(int bytes) {
        return "a=" + "b".repeat(bytes - 2);
    }

    private static Stream<Arguments> eachCloudWith(String... headers) {
        return Arrays.stream(headers).map(Arguments::of).flatMap(CloudFunctionTest::inEveryCloud);
    }

    private static Stream<Arguments> inEveryCloud(Arguments row) {
        return Arrays.stream(Cloud.values())
                .map(cloud -> Stream.concat(Stream.of(cloud), Arrays.stream(row.get()))
                        .toArray())
                .map(Arguments::of);
    }

    private static final class Unreadable extends InputStream {
        private boolean asked;

        @Override
        public int read() throws IOException {
            asked = true;
            throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
        }
    }
}
