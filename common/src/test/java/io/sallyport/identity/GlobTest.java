package io.sallyport.identity;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.testing.Generator;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
    @ParameterizedTest(name = "{0} fits {1}: {2}")
    @CsvSource({
        "team-a, team-a, true",
        "team-a, team-ab, false",
        "team-a, xteam-a, false",
        "team-a, Team-a, false",
        "team-a, '', false",
        "*, '', true",
        "*, anything, true",
        "team-*, team-, true",
        "team-*, team-a, true",
        "team-*, team-a-b, true",
        "team-*, team, false",
        "team-*, xteam-a, false",
        "*-prod, a-prod, true",
        "*-prod, -prod, true",
        "*-prod, a-prod-dev, false",
        "*-prod, a-prod-prod, true",
        "a*b*c, abc, true",
        "a*b*c, aXbYc, true",
        "a*b*c, abcbc, true",
        "a*b*c, acb, false",
        "*b*, abc, true",
        "*b*, ac, false",
        "a.b, axb, false",
        "a.b, a.b, true",
        "*.*, ab, false"
    })
    void matches(String pattern, String text, boolean fits) {
        assertThat(new Glob(pattern).matches(text)).isEqualTo(fits);
    }

    /** Compared with the platform's own patterns, in which a star is a reluctant match of anything. */
    @Test
    void matchesWhatAnIndependentPatternMatches() {
        forAll(
                5000,
                Generator.strings("ab-.*", 1, 8).filter(pattern -> !pattern.contains("**")),
                Generator.strings("ab-.*\n", 0, 12),
                (pattern, text) -> {
                    String regex = Arrays.stream(pattern.split("\\*", -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"));
                    assertThat(new Glob(pattern).matches(text))
                            .isEqualTo(Pattern.compile(regex, Pattern.DOTALL)
                                    .matcher(text)
                                    .matches());
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"team-a\n", "\nteam-a", "team-a\u0000", "team-a team-a", "team-a,team-a", "team-a|x", " team-a"})
    void isAnchoredOnBothSides(String text) {
        assertThat(new Glob("team-a").matches(text)).isFalse();
        assertThat(new Glob("*-a").matches(text)).isEqualTo(text.endsWith("-a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "**", "a**b", "!team-a", "a|b", "a,b", "{a,b}", "[ab]", "(a)", "a?", "a+", "^a", "a$", "a\\*",
                "a\n", "a b", "Team", "a/b", "a_b", "é", "\u0000"
            })
    void hasNoOtherSigns(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Glob(pattern));
    }

    @Test
    void isNoLongerThanAName() {
        assertThat(new Glob("a".repeat(253)).matches("a".repeat(253))).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> new Glob("a".repeat(254)));
    }

    @Test
    @Timeout(5)
    void takesNoLongerThanItsLengthTimesTheTexts() {
        String text = "a".repeat(10_000);
        Glob worst = new Glob("*a".repeat(126) + "b");
        for (int i = 0; i < 100; i++) {
            assertThat(worst.matches(text)).isFalse();
            assertThat(worst.matches(text + "b")).isTrue();
        }
    }
}
