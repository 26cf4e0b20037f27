package io.sallyport.method.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.identity.document.Document;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimRuleTest {
    private static final String CLAIMS = """
            {"team": "shop", "run": 17, "protected": true, "none": null, "half": 1.5,
             "groups": ["dev", "ops", 7, false, null, {"x": "root"}, ["admin"]],
             "empty": [], "object": {"a": "b"}, "a.b": "pointed", "a/b": "slashed", "m~n": "waved", "/": "root",
             "kubernetes.io": {"namespace": "shop", "pod": {"name": "web-1"}},
             "https://aws.example/": {"principal_tags": {"team": ["shop", "ops"]}}, "one": {"two": {"three": "3"}}}
            """;

    @Test
    void matchesPatternsInTimeThatGrowsWithTheTextAlone() {
        String text = "a".repeat(10_000);
        for (String pattern : List.of("a*".repeat(499) + "b", "*a".repeat(499) + "b", "*b", "a*b*c*d")) {
            assertThat(new ClaimPattern(pattern).matches(text)).isFalse();
        }
        assertThat(new ClaimPattern("*a*a*a").matches(text)).isTrue();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "team, shop",
        "run, 17",
        "protected, true",
        "a.b, pointed",
        "a/b, slashed",
        "/a.b, pointed",
        "/a~1b, slashed",
        "/m~0n, waved",
        "/~1, root",
        "/kubernetes.io/namespace, shop",
        "/kubernetes.io/pod/name, web-*",
        "/one/two/three, 3",
        "/https:~1~1aws.example~1/principal_tags/team, ops",
        "/https:~1~1aws.example~1/principal_tags/team/0, shop",
        "/groups/1, ops",
        "groups, dev",
        "groups, o*",
        "groups, 7",
        "groups, false"
    })
    void findsAClaimByNameOrPointer(String name, String pattern) throws Exception {
        assertThat(matches(ClaimName.of(name), rule(pattern))).isTrue();
    }

    @ParameterizedTest(name = "{0} is not {1}")
    @CsvSource({
        "team, Shop",
        "team, shop?",
        "team, sho",
        "missing, *",
        "none, *",
        "half, *",
        "object, *",
        "empty, *",
        "groups, root",
        "groups, admin",
        "groups, null",
        "groups, 'dev,ops'",
        "one.two.three, 3",
        "kubernetes.io, *",
        "/kubernetes/io/namespace, shop",
        "/kubernetes.io/namespace/0, *",
        "/kubernetes.io/missing, *",
        "/groups/01, ops",
        "/groups/-, *",
        "/groups/-1, *",
        "/groups/+1, *",
        "/groups/7, *",
        "/groups/99999999999, *",
        "/groups/5, *",
        "/groups/length, *"
    })
    void findsNothingElse(String name, String pattern) throws Exception {
        assertThat(matches(ClaimName.of(name), rule(pattern))).isFalse();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"team, shop", "one.two.three, 3", "/a.b, pointed", "/kubernetes.io/namespace, shop"})
    void followsPointsWhereTheyAreAPath(String name, String pattern) throws Exception {
        assertThat(matches(ClaimName.dotted(name), rule(pattern))).isTrue();
    }

    @ParameterizedTest(name = "{0} is not {1}")
    @CsvSource({"a.b, *", "kubernetes.io.namespace, *", "groups.0, *", "one.two, *", "one.two.three.four, *"})
    void followsNoPointOfAName(String name, String pattern) throws Exception {
        assertThat(matches(ClaimName.dotted(name), rule(pattern))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "/a/",
                "/a//b",
                "/a~",
                "/a~2",
                "/~",
                "/a/~b",
                "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"
            })
    void refusesAMalformedPointer(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimName.of(name));
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimName.dotted(name));
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimName.of("/" + "a".repeat(500)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17"})
    void refusesAMalformedPath(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimName.dotted(name));
    }

    @Test
    void demandsSeveralElements() throws Exception {
        ClaimName groups = ClaimName.of("groups");
        assertThat(matches(groups, all("dev", "ops"))).isTrue();
        assertThat(matches(groups, all("*", "7"))).isTrue();
        assertThat(matches(groups, all("dev", "root"))).isFalse();
        assertThat(matches(groups, all("root", "dev"))).isFalse();
        assertThat(matches(ClaimName.of("team"), all("shop"))).isTrue();
        assertThat(matches(ClaimName.of("team"), all("shop", "ops"))).isFalse();
        assertThat(matches(ClaimName.of("empty"), all("*"))).isFalse();
    }

    @Test
    void takesOneOfSeveralAlternatives() throws Exception {
        ClaimRule either = new ClaimRule(List.of(new ClaimPattern("root"), new ClaimPattern("sh*")), false);
        assertThat(matches(ClaimName.of("team"), either)).isTrue();
        assertThat(matches(ClaimName.of("groups"), either)).isFalse();
    }

    @Test
    void matchesNoTextThatIsTooLongForATokenOfOurs() {
        assertThat(rule("*").matches("x".repeat(1000))).isTrue();
        assertThat(rule("*").matches("x".repeat(1001))).isFalse();
        assertThat(rule("*").matches(List.of("x".repeat(1001)))).isFalse();
    }

    /** An alternative that is any makes the rule any; of several demanded patterns, all must be. */
    @Test
    void knowsWhetherItAllowsAnything() {
        assertThat(rule("*").isAny()).isTrue();
        assertThat(rule("a*").isAny()).isFalse();
        assertThat(new ClaimRule(List.of(new ClaimPattern("a"), new ClaimPattern("*")), false).isAny())
                .isTrue();
        assertThat(all("a", "*").isAny()).isFalse();
        assertThat(all("*", "*").isAny()).isTrue();
    }

    /** Every alternative must fix the owner; of several demanded patterns, one suffices. */
    @Test
    void knowsWhetherItFixesAnOwner() {
        Pattern owner = Pattern.compile("^acme/");
        assertThat(rule("acme/*").requires(owner)).isTrue();
        assertThat(rule("*").requires(owner)).isFalse();
        assertThat(new ClaimRule(List.of(new ClaimPattern("acme/a"), new ClaimPattern("evil/b")), false)
                        .requires(owner))
                .isFalse();
        assertThat(new ClaimRule(List.of(new ClaimPattern("acme/a"), new ClaimPattern("acme/b")), false)
                        .requires(owner))
                .isTrue();
        assertThat(all("*/shop", "acme/*").requires(owner)).isTrue();
        assertThat(all("*/shop", "*").requires(owner)).isFalse();
    }

    @Test
    void tellsTheElementsThatMatchedAsJson() throws Exception {
        assertThat(rule("shop").fact("shop")).isEqualTo("shop");
        assertThat(rule("*,*").fact(List.of("a,admin", "b"))).isEqualTo("[\"a,admin\"]");
        assertThat(all("a*", "b").fact(List.of("b", "c", "ab"))).isEqualTo("[\"b\",\"ab\"]");
        assertThat(rule("*").fact(null)).isEmpty();
        assertThat(rule("*").fact(Collections.nCopies(400, "abc"))).isEmpty();
        assertThat(ClaimRule.factOf(List.of("a", 7L, true, List.of("b")))).isEqualTo("[\"a\",\"7\",\"true\"]");
    }

    @Test
    void readsWhatItWrites() throws Exception {
        Map<ClaimName, ClaimRule> rules = ClaimRules.read(
                document("{\"claims\":{\"/a~1b/0\":\"x*, y\",\"g\":{\"all\":[\"a\",\"b*\"]}}}"), "claims");
        assertThat(rules).isEqualTo(Map.of(ClaimName.of("/a~1b/0"), rule("x*, y"), ClaimName.of("g"), all("a", "b*")));
        assertThat(ClaimRules.read(new Document("x", Map.of("claims", ClaimRules.document(rules))), "claims"))
                .isEqualTo(rules);
    }

    @Test
    void readsAlternativesAsInfisicalWritesThem() throws Exception {
        Map<ClaimName, ClaimRule> rules = ClaimRules.readDotted(
                document("{\"claims\":{\"a.b\":\"x*, y\",\"c\":\"d,e\",\"g\":{\"all\":[\"a, b\"]}}}"), "claims");
        assertThat(rules)
                .isEqualTo(Map.of(
                        ClaimName.dotted("a.b"),
                        new ClaimRule(List.of(new ClaimPattern("x*"), new ClaimPattern("y")), false),
                        ClaimName.of("c"),
                        rule("d,e"),
                        ClaimName.of("g"),
                        all("a, b")));
        assertThat(ClaimRules.readDotted(new Document("x", Map.of("claims", ClaimRules.document(rules))), "claims"))
                .isEqualTo(rules);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "7",
                "null",
                "[\"a\"]",
                "{}",
                "{\"any\":[\"a\"]}",
                "{\"all\":[]}",
                "{\"all\":\"a\"}",
                "{\"all\":[7]}",
                "{\"all\":[null]}",
                "{\"all\":[\"a\"],\"any\":[\"b\"]}",
                "{\"all\":[\"\"]}",
                "{\"all\":[\"a**\"]}",
                "\"**\"",
                "\"a\\nb\"",
                "{\"all\":[{\"all\":[\"a\"]}]}"
            })
    void refusesAnyOtherRule(String rule) throws Exception {
        Document document = document("{\"claims\":{\"a\":" + rule + "}}");
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimRules.read(document, "claims"));
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimRules.readDotted(document, "claims"));
    }

    @Test
    void refusesMorePatternsThanAnyoneNeeds() {
        assertThat(new ClaimRule(Collections.nCopies(20, new ClaimPattern("a")), true).all())
                .isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClaimRule(Collections.nCopies(21, new ClaimPattern("a")), true));
    }

    private static Document document(String json) throws MalformedJsonException {
        return new Document("method", Json.parseObject(json));
    }

    private static boolean matches(ClaimName name, ClaimRule rule) throws MalformedJsonException {
        @Nullable Object value = name.in(Json.parseObject(CLAIMS));
        return rule.matches(value);
    }

    private static ClaimRule rule(String pattern) {
        return ClaimRule.of(new ClaimPattern(pattern));
    }

    private static ClaimRule all(String... patterns) {
        List<ClaimPattern> all = new ArrayList<>();
        for (String pattern : patterns) {
            all.add(new ClaimPattern(pattern));
        }
        return new ClaimRule(all, true);
    }
}
