package io.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.testing.TestRequest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

final class ErrorResponseTest {
    private static final String CANARY = "canary 4711";

    /** Every reason that is not a credential's fault, and its answer. */
    private static final Map<Reason, Answer> ANSWERS = new EnumMap<>(Map.ofEntries(
            Map.entry(Reason.MALFORMED_REQUEST, new Answer(400, "BadRequest")),
            Map.entry(Reason.BODY_TOO_LARGE, new Answer(413, "PayloadTooLarge")),
            Map.entry(Reason.UNSUPPORTED_MEDIA_TYPE, new Answer(415, "UnsupportedMediaType")),
            Map.entry(Reason.INVALID_FIELDS, new Answer(422, "ValidationFailure")),
            Map.entry(Reason.ACCESS_TOKEN_EXPIRED, new Answer(403, "TokenError")),
            Map.entry(Reason.ACCESS_TOKEN_INVALID, new Answer(403, "TokenError")),
            Map.entry(Reason.SESSION_REVOKED, new Answer(403, "TokenError")),
            Map.entry(Reason.CLIENT_ADDRESS_NOT_TRUSTED, new Answer(403, "ForbiddenError")),
            Map.entry(Reason.AUDIENCE_NOT_OWNED, new Answer(403, "ForbiddenError")),
            Map.entry(Reason.TOKEN_NOT_OWNED, new Answer(403, "ForbiddenError")),
            Map.entry(Reason.UNSUPPORTED_GRANT_TYPE, new Answer(400, "BadRequest")),
            Map.entry(Reason.TOKEN_MISSING, new Answer(401, "UnauthorizedError")),
            Map.entry(Reason.ROLE_MISSING, new Answer(403, "ForbiddenError")),
            Map.entry(Reason.NO_SUCH_IDENTITY, new Answer(404, "NotFound")),
            Map.entry(Reason.NO_SUCH_METHOD, new Answer(404, "NotFound")),
            Map.entry(Reason.IDENTITY_EXISTS, new Answer(409, "Conflict")),
            Map.entry(Reason.METHOD_EXISTS, new Answer(400, "BadRequest")),
            Map.entry(Reason.DELETE_PROTECTED, new Answer(400, "BadRequest")),
            Map.entry(Reason.STORED_IDENTITY_INVALID, new Answer(409, "Conflict")),
            Map.entry(Reason.CHANGED_MEANWHILE, new Answer(409, "Conflict")),
            Map.entry(Reason.MANAGED_ELSEWHERE, new Answer(409, "Conflict")),
            Map.entry(Reason.NAME_TAKEN, new Answer(409, "Conflict")),
            Map.entry(Reason.KEYS_UNAVAILABLE, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.REVIEWER_REFUSED, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.REVIEW_UNAVAILABLE, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.TOO_MANY_REVIEWS, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.REVIEW_MODE_UNSUPPORTED, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.HOST_NOT_ALLOWED, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.SECRET_UNREADABLE, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.STORE_UNAVAILABLE, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.REVOCATION_TOO_RECENT, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.KEYS_TIMEOUT, new Answer(504, "GatewayTimeoutError")),
            Map.entry(Reason.REVIEW_TIMEOUT, new Answer(504, "GatewayTimeoutError")),
            Map.entry(Reason.STS_UNAVAILABLE, new Answer(503, "ServiceUnavailable")),
            Map.entry(Reason.STS_TIMEOUT, new Answer(504, "GatewayTimeoutError")),
            Map.entry(Reason.STORE_TIMEOUT, new Answer(504, "GatewayTimeoutError")),
            Map.entry(Reason.INTERNAL_ERROR, new Answer(500, "InternalServerError"))));

    /** All others: a new reason belongs here, unless it gets an answer above. */
    static final Set<Reason> REASONS_OF_A_CREDENTIAL = EnumSet.complementOf(EnumSet.copyOf(ANSWERS.keySet()));

    private record Answer(int status, String error) {}

    @ParameterizedTest
    @EnumSource
    void answersWithTheStatusAndTheErrorOf(Reason reason) throws Exception {
        Answer expected = ANSWERS.getOrDefault(reason, new Answer(401, "UnauthorizedError"));

        Response response = answer(reason);

        assertThat(response.status()).isEqualTo(expected.status());
        assertThat(parse(response))
                .containsEntry("statusCode", (long) expected.status())
                .containsEntry("error", expected.error());
    }

    @ParameterizedTest
    @FieldSource("REASONS_OF_A_CREDENTIAL")
    void answersAlikeWhateverIsWrongWithACredential(Reason reason) {
        assertThat(answer(reason)).isEqualTo(answer(Reason.UNKNOWN_IDENTITY));
    }

    @ParameterizedTest
    @EnumSource
    void answersAlikeForEveryReasonOfAKind(Reason.Kind kind) {
        List<Response> answers = Arrays.stream(Reason.values())
                .filter(reason -> reason.kind() == kind)
                .map(ErrorResponseTest::answer)
                .distinct()
                .toList();

        assertThat(answers).hasSize(1);
    }

    @Test
    void tellsRequestsApartByTheirIdsOnly() {
        Response one = ErrorResponse.of(new Refused(Reason.BAD_SIGNATURE, CANARY), "req-1");
        Response other = ErrorResponse.of(new Refused(Reason.WRONG_AUDIENCE, CANARY), "req-2");

        assertThat(one.body()).isNotEqualTo(other.body());
        assertThat(one.body().replace("req-1", "req-2")).isEqualTo(other.body());
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheCallerNeitherTheDetailNorTheReason(Reason reason) {
        Response response = answer(reason);

        assertThat(response.body()).doesNotContain(CANARY, reason.code(), reason.name());
        assertThat(response.headers().values())
                .noneMatch(value -> value.contains(CANARY) || value.contains(reason.code()));
    }

    @ParameterizedTest
    @EnumSource
    void answersAsJsonThatNoCacheKeeps(Reason reason) throws Exception {
        Response response = answer(reason);

        assertThat(response.headers())
                .containsEntry("Content-Type", "application/json; charset=utf-8")
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("X-Content-Type-Options", "nosniff");
        assertThat(parse(response))
                .containsOnlyKeys("reqId", "statusCode", "message", "error")
                .containsEntry("reqId", TestRequest.ID);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhenToTryAgainWhereTryingAgainMayHelp(Reason reason) {
        Response response = answer(reason);

        if ((response.status() == 503 || response.status() == 504) && !reason.isPermanent()) {
            assertThat(response.headers().get("Retry-After")).matches("[1-9][0-9]?");
        } else {
            assertThat(response.headers()).doesNotContainKey("Retry-After");
        }
    }

    @Test
    void saysThatALoginOfTheInstantOfAMarkWorksASecondLater() {
        assertThat(answer(Reason.REVOCATION_TOO_RECENT).headers()).containsEntry("Retry-After", "1");
        assertThat(answer(Reason.STORE_UNAVAILABLE).headers()).containsEntry("Retry-After", "5");
    }

    /** Trying again does not change what an operator has to configure. */
    @ParameterizedTest
    @EnumSource
    void saysNothingOfTryingAgainWhereItDoesNotHelp(Reason reason) {
        if (reason.isPermanent()) {
            assertThat(reason.isUndecided()).isTrue();
            assertThat(answer(reason).status()).isEqualTo(503);
            assertThat(answer(reason).body()).asString().doesNotContain("try again");
        }
    }

    @ParameterizedTest
    @EnumSource
    void blamesNoCallerForWhatWasNotDecided(Reason reason) {
        assertThat(answer(reason).status() >= 500).isEqualTo(reason.isUndecided());
    }

    @Test
    void namesEveryFieldThatIsNotValid() throws Exception {
        Response response = ErrorResponse.of(
                Refused.fields(
                        List.of(new InvalidField("identityId", "is required"), new InvalidField("jwt", "is too long"))),
                TestRequest.ID);

        assertThat(parse(response))
                .containsEntry(
                        "message",
                        List.of(
                                Map.of("path", List.of("identityId"), "message", "is required"),
                                Map.of("path", List.of("jwt"), "message", "is too long")));
    }

    @Test
    void answersAnUnknownPath() throws Exception {
        assertThat(parse(ErrorResponse.notFound(TestRequest.ID)))
                .containsEntry("reqId", TestRequest.ID)
                .containsEntry("statusCode", 404L)
                .containsEntry("error", "NotFound")
                .containsOnlyKeys("reqId", "statusCode", "message", "error");
    }

    @Test
    void answersAMethodThatIsNotTakenWithThoseThatAre() throws Exception {
        Response response = ErrorResponse.methodNotAllowed(List.of("GET", "POST"), TestRequest.ID);

        assertThat(response.headers()).containsEntry("Allow", "GET, POST");
        assertThat(parse(response))
                .containsEntry("reqId", TestRequest.ID)
                .containsEntry("statusCode", 405L)
                .containsEntry("error", "MethodNotAllowed")
                .containsOnlyKeys("reqId", "statusCode", "message", "error");
    }

    private static Response answer(Reason reason) {
        return ErrorResponse.of(new Refused(reason, CANARY), TestRequest.ID);
    }

    private static Map<String, Object> parse(Response response) throws MalformedJsonException {
        return Json.parseObject(response.body());
    }
}
