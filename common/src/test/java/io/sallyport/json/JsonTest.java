package io.sallyport.json;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.testing.Generator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private static final String CANARY = "eyJjYW5hcnki";

    @Test
    void readsEveryKindOfValue() throws Exception {
        Map<String, Object> object = Json.parseObject("""
                 { "text": "å\\u00e5\\n", "long": -9223372036854775808, "most": 9223372036854775807,
                   "fraction": 1.5, "yes": true, "no": false, "nothing": null,
                   "list": [1, "two", [], {}], "object": {"a": {"a": 1}} }
                """);

        assertThat(object)
                .containsEntry("text", "åå\n")
                .containsEntry("long", Long.MIN_VALUE)
                .containsEntry("most", Long.MAX_VALUE)
                .containsEntry("fraction", 1.5)
                .containsEntry("yes", true)
                .containsEntry("no", false)
                .containsEntry("nothing", null)
                .containsEntry("list", List.of(1L, "two", List.of(), Map.of()))
                .containsEntry("object", Map.of("a", Map.of("a", 1L)))
                .hasSize(9);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refuses(String flaw, String text) {
        assertRefused(text.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                        arguments("a name twice", "{'a':1,'a':1}"),
                        arguments("a name twice in an object within", "{'o':{'a':1,'a':2}}"),
                        arguments("a name twice in an object of a list", "{'l':[{'a':1,'b':2,'a':3}]}"),
                        arguments("a name twice, once escaped", "{'a':1,'\\u0061':2}"),
                        arguments("the empty name twice", "{'':1,'':2}"),
                        arguments("a word after the object", "{'a':1}x"),
                        arguments("an object after the object", "{'a':1}{'a':2}"),
                        arguments("a bracket after the object", "{'a':1}]"),
                        arguments("a NUL after the object", "{'a':1}\0"),
                        arguments("nothing at all", ""),
                        arguments("only spaces", " \n"),
                        arguments("a list", "[{'a':1}]"),
                        arguments("a text", "'a'"),
                        arguments("a number", "1"),
                        arguments("true", "true"),
                        arguments("null", "null"),
                        arguments("an object without end", "{'a':1"),
                        arguments("an object with a name only", "{'a'}"),
                        arguments("an object that a list's bracket ends", "{'a':1]"),
                        arguments("a list without end", "{'a':[1"),
                        arguments("a text without end", "{'a':'1}"),
                        arguments("a comma before the end", "{'a':1,}"),
                        arguments("a comma before the end of a list", "{'a':[1,]}"),
                        arguments("a comma alone in a list", "{'a':[,]}"),
                        arguments("a name without a value", "{'a':}"),
                        arguments("a number for a name", "{1:2}"),
                        arguments("a name without quotes", "{a:1}"),
                        arguments("a comment /* */", "{/* b */'a':1}"),
                        arguments("a comment //", "{'a':1}// b"),
                        arguments("a comment #", "#\n{'a':1}"),
                        arguments("NaN", "{'a':NaN}"),
                        arguments("Infinity", "{'a':Infinity}"),
                        arguments("-Infinity", "{'a':-Infinity}"),
                        arguments("a plus sign", "{'a':+1}"),
                        arguments("a zero in front", "{'a':01}"),
                        arguments("a point in front", "{'a':.5}"),
                        arguments("a point at the end", "{'a':5.}"),
                        arguments("a hexadecimal number", "{'a':0x1}"),
                        arguments("True", "{'a':True}"),
                        arguments("undefined", "{'a':undefined}"),
                        arguments("an unknown escape", "{'a':'\\x41'}"),
                        arguments("an escape cut short", "{'a':'\\u004'}"),
                        arguments("a line break in a text", "{'a':'\n'}"),
                        arguments("a control character in a text", "{'a':'\u0001'}"),
                        arguments("half a surrogate pair", "{'a':'\\ud83d'}"),
                        arguments("a surrogate pair the wrong way round", "{'a':'\\ude00\\ud83d'}"),
                        arguments("half a surrogate pair in a name", "{'\\ude00':1}"),
                        arguments("half a surrogate pair in a list", "{'a':['\\ud83d']}"),
                        arguments("a byte order mark", "\ufeff{'a':1}"),
                        arguments("an integer one beyond 64 bits", "{'a':9223372036854775808}"),
                        arguments("an integer one below 64 bits", "{'a':-9223372036854775809}"),
                        arguments("a number of 33 digits", "{'a':" + "1".repeat(33) + "}"),
                        arguments("a fraction of 33 digits", "{'a':0." + "1".repeat(33) + "}"),
                        arguments("a number of 60 000 digits", "{'a':" + "1".repeat(60_000) + "}"),
                        arguments("an exponent beyond a double's", "{'a':1e400}"),
                        arguments("the same below zero", "{'a':-1e400}"),
                        arguments("an exponent of nine digits", "{'a':1e999999999}"),
                        arguments("an exponent of twenty digits", "{'a':1e99999999999999999999}"),
                        arguments("33 lists within each other", "{'a':" + "[".repeat(32) + "]".repeat(32) + "}"),
                        arguments("33 objects within each other", "{'a':".repeat(32) + "{}" + "}".repeat(32)),
                        arguments("60 000 open lists", "{'a':" + "[".repeat(60_000)),
                        arguments("10 000 open objects", "{'a':".repeat(10_000)))
                .map(row -> arguments(row.get()[0], ((String) row.get()[1]).replace('\'', '"')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'a':1}", "{\"a\":'1'}"})
    void refusesSingleQuotes(String text) {
        assertRefused(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesBytesThatAreNotUtf8Like(String what, int... bytes) {
        assertRefused(inText(bytes));
    }

    static Stream<Arguments> refusesBytesThatAreNotUtf8Like() {
        return Stream.of(
                arguments("a letter in Latin-1", new int[] {0xe9}),
                arguments("a sequence cut short", new int[] {0xe2, 0x82}),
                arguments("a continuation alone", new int[] {0x80}),
                arguments("a quote in two bytes", new int[] {0xc0, 0xa2}),
                arguments("a NUL in two bytes", new int[] {0xc0, 0x80}),
                arguments("half a surrogate pair", new int[] {0xed, 0xa0, 0x80}),
                arguments("a character beyond Unicode", new int[] {0xf4, 0x90, 0x80, 0x80}),
                arguments("a byte that never occurs", new int[] {0xff}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
    void refusesOtherEncodings(String encoding) throws Exception {
        assertRefused("{\"a\":1}".getBytes(encoding));
    }

    @Test
    void takesAsManyLevelsAsItSays() throws Exception {
        assertThat(Json.parseObject("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}"))
                .containsOnlyKeys("a");
        assertThat(Json.parseObject("{\"a\":".repeat(31) + "{}" + "}".repeat(31)))
                .containsOnlyKeys("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jwt\": CANARY}",
                "{\"jwt\": \"CANARY\" CANARY}",
                "{\"jwt\": \"CANARY",
                "{\"jwt\": \"\\CANARY\"}",
                "{\"CANARY\": 1, \"CANARY\": 2}",
                "CANARY",
                "{\"jwt\": \"CANARY\"} CANARY"
            })
    void neverQuotesWhatItRefuses(String text) {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Json.parseObject(text.replace("CANARY", CANARY)))
                .satisfies(refusal -> assertThat(String.valueOf(refusal)).doesNotContain(CANARY));
    }

    @Test
    void returnsWhatNoCallerCanChange() throws Exception {
        Map<String, Object> object = Json.parseObject("{\"list\":[1],\"object\":{\"a\":1}}");

        assertThat(object).isUnmodifiable();
        assertThat((List<?>) object.get("list")).isUnmodifiable();
        assertThat((Map<?, ?>) object.get("object")).isUnmodifiable();
    }

    @Test
    void writesCompactUtf8InTheGivenOrder() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("b", List.of(1, 2L, true));
        object.put("a", Map.of("å", "\"\n"));
        object.put("c", null);

        assertThat(Json.writeString(object)).isEqualTo("{\"b\":[1,2,true],\"a\":{\"å\":\"\\\"\\n\"},\"c\":null}");
        assertThat(Json.write(object)).isEqualTo(Json.writeString(object).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void writesNothingThatHasNoFormInJson() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Json.write(Map.of("a", new StringBuilder("b"))));
    }

    @Test
    void readsBackWhatItWrote() {
        forAll(1000, objects(), object -> {
            assertThat(Json.parseObject(Json.write(object))).isEqualTo(object);
            assertThat(Json.parseObject(Json.writeString(object))).isEqualTo(object);
        });
    }

    /** Whatever byte is changed, JSON that is accepted keeps its meaning when written back. */
    @Test
    void hasOneMeaningOrNoneAfterAnyChangeOfAByte() {
        forAll(
                1000,
                objects(),
                Generator.ints(0, 10_000),
                Generator.ints(Byte.MIN_VALUE, Byte.MAX_VALUE).map(Integer::byteValue),
                (object, place, with) -> {
                    byte[] changed = Json.write(object);
                    changed[place % changed.length] = with;
                    try {
                        Map<String, Object> read = Json.parseObject(changed);
                        assertThat(Json.parseObject(Json.write(read))).isEqualTo(read);
                    } catch (MalformedJsonException e) {
                        assertThat(e).hasMessageMatching("[A-Za-z0-9 -]+");
                    }
                });
    }

    /** Any Unicode text; half a surrogate pair is not one. */
    private static Generator<String> texts() {
        return Generator.texts(12).filter(StandardCharsets.UTF_8.newEncoder()::canEncode);
    }

    private static Generator<Object> scalars() {
        return Generator.oneOf(List.of(texts(), Generator.longs(Long.MIN_VALUE, Long.MAX_VALUE)));
    }

    private static Generator<Map<String, Object>> objects() {
        Generator<Object> value = Generator.oneOf(List.of(
                scalars(),
                Generator.doubles(),
                Generator.booleans(),
                scalars().lists(0, 3),
                Generator.maps(texts(), scalars(), 4)));
        return Generator.maps(texts(), value.orNull(), 6);
    }

    private static byte[] inText(int... bytes) {
        byte[] json = "{\"a\":\"____\"}".getBytes(StandardCharsets.UTF_8);
        byte[] within = Arrays.copyOf(json, json.length);
        for (int i = 0; i < bytes.length; i++) {
            within[6 + i] = (byte) bytes[i];
        }
        return within;
    }

    private static void assertRefused(byte[] bytes) {
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> Json.parseObject(bytes));
    }
}
