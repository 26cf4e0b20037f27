package io.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowlistTest {
    private static final Allowlist PROJECTS = Allowlist.parse(" shop ,, Depot,shop-dev ,");

    @Test
    void trimsValuesAndDropsEmptyOnes() {
        assertThat(PROJECTS.values()).containsExactly("shop", "Depot", "shop-dev");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "Depot", "shop-dev"})
    void allowsExactlyWhatIsListed(String value) {
        assertThat(PROJECTS.allows(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Shop", "depot", "sho", "shop-", "shop-de", " shop", "shop\n", "", "*", "shop,Depot"})
    void allowsNothingElse(String value) {
        assertThat(PROJECTS.allows(value)).isFalse();
    }

    @Test
    void setsNoConstraintWhenItIsEmpty() {
        assertThat(Allowlist.parse(" , ,").isSet()).isFalse();
        assertThat(Allowlist.parse(" , ,").allows("anything")).isTrue();
    }

    @Test
    void allowsAnyValueByAStarAloneAndThatIsAConstraint() {
        Allowlist any = Allowlist.parse(" * ");
        assertThat(any.isSet()).isTrue();
        assertThat(any.allows("anything")).isTrue();
    }

    @Test
    void refusesAStarBesideOtherValues() {
        assertThatIllegalArgumentException().isThrownBy(() -> Allowlist.of("*", "shop"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh*p", "shop*", "*shop", "**"})
    void takesAStarInsideAValueForItself(String value) {
        assertThat(Allowlist.of(value).allows("shop")).isFalse();
        assertThat(Allowlist.of(value).allows(value)).isTrue();
    }
}
