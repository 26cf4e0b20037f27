package io.sallyport.runtime;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import io.sallyport.json.Json;
import io.sallyport.testing.Generator;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestDecisions;
import io.sallyport.testing.TestEnvironment;
import io.sallyport.testing.TestRequest;
import io.sallyport.token.AccessToken;
import io.sallyport.token.SessionId;
import io.sallyport.token.TrustedIps;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LogLineTest {
    private static final String TRACE = "105445aa7843bc8bf206b12000100000";
    private static final String TRACE_FIELD = "logging.googleapis.com/trace";

    private final TestEnvironment world = new TestEnvironment(Map.of("GOOGLE_CLOUD_PROJECT", "our-project"));

    @Test
    void tellsWhatWasGranted() {
        write(granted());

        assertThat(line())
                .containsEntry("severity", "INFO")
                .containsEntry("time", "2026-03-01T12:00:00Z")
                .containsEntry("message", "login granted")
                .containsEntry("requestId", TestRequest.ID)
                .containsEntry("route", TestRequest.PATH)
                .containsEntry("outcome", "granted")
                .containsEntry("identityId", "build-7")
                .containsEntry("method", "gcp-iam")
                .containsEntry("attestation", Map.of("service_account", "build@our-project.iam.gserviceaccount.com"))
                .containsEntry("sessionId", "session-0000000000000")
                .containsEntry("issuedTokenId", "token-000000000000000")
                .containsEntry("expiresIn", 600L)
                .containsEntry("client", "192.0.2.1")
                .doesNotContainKeys("reason", "detail");
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhyItWasNotGranted(Reason reason) {
        write(refused(reason));

        assertThat(line())
                .containsEntry("reason", reason.code())
                .containsEntry("detail", "expected a, found b")
                .containsEntry("identityId", "build-7")
                .doesNotContainKeys("sessionId", "tokenId", "expiresIn");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "KEYS_UNAVAILABLE",
                "KEYS_TIMEOUT",
                "REVIEWER_REFUSED",
                "REVIEW_UNAVAILABLE",
                "REVIEW_TIMEOUT",
                "TOO_MANY_REVIEWS",
                "REVIEW_MODE_UNSUPPORTED",
                "HOST_NOT_ALLOWED",
                "SECRET_UNREADABLE",
                "STORE_UNAVAILABLE",
                "STS_UNAVAILABLE",
                "STS_TIMEOUT",
                "STORE_TIMEOUT",
                "REVOCATION_TOO_RECENT",
                "INTERNAL_ERROR"
            },
            mode = EnumSource.Mode.EXCLUDE)
    void warnsOfWhatWasDenied(Reason reason) {
        write(refused(reason));

        assertThat(line())
                .containsEntry("severity", "WARNING")
                .containsEntry("outcome", "denied")
                .containsEntry("message", "login denied: " + reason.code());
    }

    @Test
    void doesNotAlarmOperatorsForALoginAtTheInstantOfARevocation() {
        write(refused(Reason.REVOCATION_TOO_RECENT));

        assertThat(line()).containsEntry("severity", "WARNING").containsEntry("outcome", "undecided");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "KEYS_UNAVAILABLE",
                "KEYS_TIMEOUT",
                "REVIEWER_REFUSED",
                "REVIEW_UNAVAILABLE",
                "REVIEW_TIMEOUT",
                "TOO_MANY_REVIEWS",
                "REVIEW_MODE_UNSUPPORTED",
                "HOST_NOT_ALLOWED",
                "SECRET_UNREADABLE",
                "STORE_UNAVAILABLE",
                "STS_UNAVAILABLE",
                "STS_TIMEOUT",
                "STORE_TIMEOUT",
                "INTERNAL_ERROR"
            })
    void callsTheOperatorForWhatWasNotDecided(Reason reason) {
        write(refused(reason));

        assertThat(line())
                .containsEntry("severity", "ERROR")
                .containsEntry("outcome", "undecided")
                .containsEntry("message", "login undecided: " + reason.code());
    }

    @Test
    void tellsNoUnknownClient() {
        write(TestDecisions.refused(TestRequest.json("{}"), "build-7", new Refused(Reason.EXPIRED, "an hour ago")));

        assertThat(line()).doesNotContainKey("client");
    }

    @ParameterizedTest
    @ValueSource(strings = {TRACE, TRACE + "/1", TRACE + "/12345;o=1", TRACE + "/"})
    void namesTheTraceOf(String header) {
        write(refusedWith("X-Cloud-Trace-Context", header));

        assertThat(line()).containsEntry(TRACE_FIELD, "projects/our-project/traces/" + TRACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "105445aa7843bc8bf206b1200010000",
                "105445aa7843bc8bf206b120001000000",
                "105445AA7843BC8BF206B12000100000",
                "105445aa7843bc8bf206b1200010000g",
                "../traces/105445aa7843bc8bf206b12000",
                "105445aa7843bc8bf206b12000100000 ",
                "105445aa7843bc8bf206b12000100000\n",
                "105445aa7843bc8bf206b12000100000;o=1",
                "105445aa7843bc8bf206b12000100000/1\n{\"severity\":\"INFO\"}"
            })
    void namesNoTraceForWhatIsNone(String header) {
        write(refusedWith("X-Cloud-Trace-Context", header));

        assertThat(line()).doesNotContainKey(TRACE_FIELD);
    }

    @Test
    void namesNoTraceOfAnUnknownProject() {
        TestEnvironment elsewhere = new TestEnvironment();

        new LogLine(elsewhere.environment()).write(refusedWith("X-Cloud-Trace-Context", TRACE));

        assertThat(elsewhere.logged())
                .singleElement()
                .satisfies(line -> assertThat(line).doesNotContainKey(TRACE_FIELD));
    }

    @Test
    void tellsNothingThatIsSecret() {
        write(TestDecisions.refused(
                request(Headers.of(Map.of("Authorization", List.of("Bearer canary"), "Cookie", List.of("canary")))),
                "build-7",
                new Refused(Reason.BAD_SIGNATURE, "not signed by key \"1\"")));

        assertThat(world.lines().toString()).doesNotContain("canary");
    }

    @Test
    void tellsTheRouteAndNeverThePath() {
        Request request = new Request(
                TestRequest.ID, "GET", "/api/v1/identities/canary", Headers.NONE, Body.EMPTY, ClientAddress.UNKNOWN);
        write(TestDecisions.refused(request, "build-7", new Refused(Reason.EXPIRED, "an hour ago")));
        write(TestDecisions.refused(
                request.at("/api/v1/identities/{id}"), "build-7", new Refused(Reason.EXPIRED, "an hour ago")));

        assertThat(world.logged())
                .extracting(line -> line.get("route"))
                .containsExactly("unknown", "/api/v1/identities/{id}");
        assertThat(world.lines().toString()).doesNotContain("canary");
    }

    @Test
    void shortensAnIdThatReadsLikeACredentialUntilThatIdentityIsFound() {
        String secret = "sallyport_secret_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
        String opaque = "8f14e45fceea167a5a36dedd4bea2543";
        write(TestDecisions.refused(request(Headers.NONE), secret, new Refused(Reason.UNKNOWN_IDENTITY, "none")));
        write(TestDecisions.refused(request(Headers.NONE), opaque, new Refused(Reason.UNKNOWN_IDENTITY, "none")));
        Audit found = TestDecisions.refused(request(Headers.NONE), opaque, new Refused(Reason.EXPIRED, "an hour ago"));
        found.identity(new IdentityId(opaque));
        write(found);

        assertThat(world.logged())
                .extracting(line -> line.get("identityId"))
                .containsExactly("(a client secret)", "8f14e4...(32 characters)", opaque);
    }

    /** Text that was not quoted where it should have been. */
    @Test
    void leavesOutCredentialsOfEveryField() {
        String secret = "sallyport_secret_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
        String token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
        Audit decision = TestDecisions.refused(
                request(Headers.NONE), "build-7", new Refused(Reason.EXPIRED, secret + "." + token));
        decision.changed(Map.of("name", token), Map.of("metadata", List.of(Map.of("key", secret))));
        write(decision);

        assertThat(world.lines().get(0)).doesNotContain(secret.substring(17), "eyJ", "c2lnbmF0dXJl");
        assertThat(line())
                .containsEntry("detail", "(a client secret).(a token)")
                .containsEntry("before", Map.of("name", "(a token)"));
    }

    @Test
    void cutsOffADetailWithoutEnd() {
        write(TestDecisions.refused(
                request(Headers.NONE), "build-7", new Refused(Reason.INVALID_FIELDS, "x".repeat(70_000))));

        assertThat(line()).containsEntry("detail", "x".repeat(4000) + " (cut off, 70000 characters)");
    }

    /** A terminal acts on C1 controls, line separators and direction marks. */
    @Test
    void isPrintableAsciiAndMeansTheSame() {
        String hostile =
                "\u0000\u001b[2J\u007f\u0085\u009b31m\u00e5\u2028\u2029\u202e\u2066\u200b\ufeff\u061c \ud83d\ude00";
        Audit decision = TestDecisions.refused(request(Headers.NONE), "build-7", new Refused(Reason.EXPIRED, hostile));
        decision.changed(Map.of(hostile, hostile), Map.of());
        write(decision);

        assertThat(world.lines().get(0)).matches("[ -~]*");
        assertThat(Json.writeLine(Map.of("half", "\ud800"))).isEqualTo("{\"half\":\"\\uD800\"}");
        assertThat(line()).containsEntry("detail", hostile).containsEntry("before", Map.of(hostile, hostile));
    }

    /** A forged id or fact ends up in its field of one line, and nowhere else. */
    @Test
    void staysOneLineWhateverACallerForges() {
        forAll(1000, Generator.texts(255), forged -> {
            TestEnvironment world = new TestEnvironment();
            String hostile = forged + "\r\n\"},{\"severity\":\"INFO\",\"outcome\":\"granted\"}\n\u009b\u2028";
            Request request = new Request(
                    TestRequest.ID,
                    hostile,
                    hostile,
                    Headers.of(Map.of("X-Cloud-Trace-Context", List.of(hostile))),
                    Body.EMPTY,
                    new ClientAddress(hostile));

            Audit decision = TestDecisions.refused(request, "build-7", new Refused(Reason.EXPIRED, hostile));
            // No IdentityId can hold it; a fact of the same name can.
            decision.note("identityId", hostile);

            new LogLine(world.environment()).write(decision);

            assertThat(world.lines()).singleElement().asString().matches("[ -~]*");
            assertThat(world.lines().get(0))
                    .startsWith("{\"severity\":\"WARNING\",\"time\":\"" + TestClock.START + "\"");
        });
    }

    private void write(Audit decision) {
        new LogLine(world.environment()).write(decision);
    }

    private Map<String, Object> line() {
        assertThat(world.lines()).hasSize(1);
        return world.logged().get(0);
    }

    private static Audit granted() {
        AccessToken token = new AccessToken(
                "token-000000000000000",
                new AccessToken.Subject(new IdentityId("build-7"), "Build", "no-access", Map.of()),
                new AccessToken.Session(
                        new SessionId("session-0000000000000"),
                        TestClock.START,
                        "gcp-iam",
                        Map.of(),
                        0,
                        TrustedIps.ANYWHERE),
                AccessToken.Target.own("https://login.example.com"),
                TestClock.START,
                TestClock.START.plusSeconds(600));
        return TestDecisions.granted(
                request(Headers.NONE),
                "build-7",
                Map.of("service_account", "build@our-project.iam.gserviceaccount.com"),
                token);
    }

    private static Audit refused(Reason reason) {
        return TestDecisions.refused(request(Headers.NONE), "build-7", new Refused(reason, "expected a, found b"));
    }

    private static Audit refusedWith(String header, String value) {
        return TestDecisions.refused(
                request(Headers.of(Map.of(header, List.of(value)))),
                "build-7",
                new Refused(Reason.EXPIRED, "an hour ago"));
    }

    private static Request request(Headers headers) {
        return new Request(
                        TestRequest.ID, "POST", TestRequest.PATH, headers, Body.EMPTY, new ClientAddress("192.0.2.1"))
                .at(TestRequest.PATH);
    }
}
