package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LazyTest {
    private final AtomicInteger made = new AtomicInteger();
    private final Lazy<Integer> thing = new Lazy<>(made::incrementAndGet);

    @Test
    void isMadeWhenItIsNeededAndOnce() throws Exception {
        assertThat(made).hasValue(0);
        assertThat(Race.of(16, thing::get)).containsOnly(1);
        assertThat(thing.get()).isEqualTo(1);
    }

    @Test
    void isMadeTheNextTimeIfItCouldNotBe() {
        Lazy<Integer> difficult = new Lazy<>(() -> {
            if (made.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
            }
            return made.get();
        });
        assertThatIllegalStateException().isThrownBy(difficult::get);
        assertThat(difficult.get()).isEqualTo(2);
        assertThat(difficult.get()).isEqualTo(2);
    }

    @Test
    void isNotMadeToBePutAway() {
        List<Integer> seen = new ArrayList<>();
        thing.ifMade(seen::add);
        assertThat(seen).isEmpty();
        assertThat(made).hasValue(0);
        thing.get();
        thing.ifMade(seen::add);
        assertThat(seen).containsExactly(1);
    }
}
