package io.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.IdentityId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdentityIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "payments", "Shop.frontend:v2_x-1", "systems:a", "id-_A"})
    void takes(String id) {
        assertThat(new IdentityId(id).value()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " a", "a b", "-a", ".a", "a/b", "ä", "a\n", "system:", "system:serviceaccount:shop:payments"
            })
    void refuses(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> new IdentityId(id));
    }

    /** Google's token service accepts no longer subject. */
    @Test
    void isAtMost127CharactersLong() {
        assertThat(IdentityId.isValid("a".repeat(127))).isTrue();
        assertThat(IdentityId.isValid("a".repeat(128))).isFalse();
    }
}
