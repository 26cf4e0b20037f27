package io.sallyport.http;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.testing.Generator;
import io.sallyport.testing.TestRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldsTest {
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "application/json;charset=UTF-8",
                "application/json; charset=\"utf-8\"",
                "application/json ; CHARSET=utf-8",
                "Application/JSON",
                " application/json ",
                "application/json; profile=login"
            })
    void readsJsonOfType(String contentType) throws Exception {
        assertThat(Fields.parse(TestRequest.post(contentType, "{\"a\":\"å\"}"))).isEqualTo(Map.of("a", "å"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "application/x-www-form-urlencoded; charset=utf-8",
                "application/x-www-form-urlencoded;charset=UTF-8",
                "APPLICATION/X-WWW-FORM-URLENCODED"
            })
    void readsAFormOfType(String contentType) throws Exception {
        assertThat(Fields.parse(TestRequest.post(contentType, "a=%C3%A5"))).isEqualTo(Map.of("a", "å"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "text/json",
                "application/jsonp",
                "application/json-patch+json",
                "application/json, text/plain",
                "application/xml",
                "multipart/form-data; boundary=x",
                "application/json; charset=utf-16",
                "application/json; charset=iso-8859-1",
                "application/json; charset=us-ascii",
                "application/json; charset=",
                "application/json; charset=utf-8; charset=utf-16",
                "application/json; a=1; b=2; c=3; d=4; e=5; f=6; g=7; charset=utf-16",
                "application/x-www-form-urlencoded; charset=windows-1252"
            })
    void refusesTheMediaType(String contentType) {
        assertRefused(Reason.UNSUPPORTED_MEDIA_TYPE, TestRequest.post(contentType, "{\"a\":\"b\"}"));
    }

    @Test
    void refusesABodyWithoutAType() {
        assertRefused(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                TestRequest.post(List.of(), "{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, FORM})
    void refusesABodyWithTwoTypes(String second) {
        assertRefused(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                TestRequest.post(List.of(JSON, second), "{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a=b",
                "[]",
                "null",
                "{\"a\":\"b\"",
                "{\"a\":\"b\"}}",
                "{\"a\":\"b\",\"a\":\"b\"}",
                "{\"a\":\"b\",\"\\u0061\":\"c\"}",
                "{\"a\":NaN}"
            })
    void refusesJsonLike(String body) {
        assertRefused(Reason.MALFORMED_REQUEST, TestRequest.json(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, FORM})
    void refusesWhatIsNotUtf8(String contentType) {
        byte[] body = (contentType.equals(JSON) ? "{\"a\":\"å\"}" : "a=å").getBytes(StandardCharsets.ISO_8859_1);

        assertRefused(Reason.MALFORMED_REQUEST, TestRequest.post(List.of(contentType), body));
    }

    @Test
    void readsAnEmptyFormAsNoFields() throws Exception {
        assertThat(Fields.parse(TestRequest.form(""))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a=b, b",
        "a=b+c, b c",
        "a=b%2Bc, b+c",
        "a=b%20c, b c",
        "a=b%26c%3Dd, b&c=d",
        "a=b=c, b=c",
        "a==, =",
        "%61=b, b",
        "a=%e2%82%ac%F0%9F%98%80, €😀",
        "a=€, €",
        "&&a=b&&, b"
    })
    void readsTheFormField(String form, String value) throws Exception {
        assertThat(Fields.parse(TestRequest.form(form))).isEqualTo(Map.of("a", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a=", "a&"})
    void readsAFieldWithoutAValueAsEmpty(String form) throws Exception {
        assertThat(Fields.parse(TestRequest.form(form))).isEqualTo(Map.of("a", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=%",
                "a=%4",
                "a=b%",
                "a=%zz",
                "a=%4g",
                "a=%-1",
                "a=%+1",
                "a=% 1",
                "a=%%41",
                "%=b",
                "%4=b",
                "a=%4&b=1",
                "a=%u0041",
                "a=%４１"
            })
    void refusesAFormWithABrokenEscapeLike(String form) {
        assertRefused(Reason.MALFORMED_REQUEST, TestRequest.form(form));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a=%E9", "a=%C0%80", "a=%ED%A0%80", "a=%E2%82", "a=%FF", "%E9=a", "a=%F4%90%80%80", "a=%C3&b=%A5"
            })
    void refusesAFormWhoseEscapesAreNotUtf8Like(String form) {
        assertRefused(Reason.MALFORMED_REQUEST, TestRequest.form(form));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=b&a=b", "a=b&c=d&a=e", "a=b&%61=c", "a&a", "a=b&a", "=b&=c"})
    void refusesAFormThatNamesAFieldTwiceLike(String form) {
        assertRefused(Reason.MALFORMED_REQUEST, TestRequest.form(form));
    }

    @Test
    void neverQuotesWhatItRefuses() {
        for (Request request : List.of(
                TestRequest.json("{\"jwt\": CANARY}"),
                TestRequest.form("jwt=CANARY&jwt=CANARY"),
                TestRequest.form("CANARY%=CANARY"),
                TestRequest.post("CANARY/CANARY; charset=CANARY", "CANARY"))) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> Fields.parse(request))
                    .satisfies(refused ->
                            assertThat(refused.toString() + refused.detail()).doesNotContain("CANARY"));
        }
    }

    @Test
    void readsBackEveryFormThatAClientEncodes() {
        Generator<List<String>> distinct =
                Generator.texts(255).lists(0, 4).map(all -> List.copyOf(new LinkedHashSet<>(all)));
        forAll(1000, distinct, Generator.texts(255).filter(value -> !value.isEmpty()), (names, value) -> {
            String text = readable(value);
            StringBuilder form = new StringBuilder();
            Map<String, String> expected = new HashMap<>();
            for (String name : names) {
                if (expected.put(readable(name), text) == null) {
                    form.append('&')
                            .append(URLEncoder.encode(readable(name), StandardCharsets.UTF_8))
                            .append('=')
                            .append(URLEncoder.encode(text, StandardCharsets.UTF_8));
                }
            }

            assertThat(Fields.parse(TestRequest.form(form.toString()))).isEqualTo(expected);
        });
    }

    /** Half a surrogate pair cannot be encoded in UTF-8. */
    private static String readable(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static void assertRefused(Reason reason, Request request) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> Fields.parse(request))
                .returns(reason, Refused::reason);
    }
}
