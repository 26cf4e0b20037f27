package io.sallyport.runtime.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import io.sallyport.Race;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AzureInstancesTest {
    private static final AtomicInteger MADE = new AtomicInteger();

    private final AzureInstances instances = new AzureInstances();

    /** For the worker, by its reflection. */
    public static final class Counted {
        public Counted() {
            MADE.incrementAndGet();
        }
    }

    /** The first configuration it is given cannot work. */
    public static final class Faulty {
        private static final AtomicInteger TRIES = new AtomicInteger();

        public Faulty() {
            if (TRIES.incrementAndGet() == 1) {
                throw new IllegalStateException("SALLYPORT_ISSUER is missing");
            }
        }
    }

    @Test
    void isTheOneThatAzuresWorkerFinds() {
        assertThat(ServiceLoader.load(FunctionInstanceInjector.class))
                .singleElement()
                .isInstanceOf(AzureInstances.class);
    }

    @Test
    void makesOneInstanceHoweverManyAskAtOnce() throws Exception {
        assertThat(Race.of(8, () -> instances.getInstance(Counted.class)))
                .hasSize(8)
                .containsOnly(instances.getInstance(Counted.class));
        assertThat(MADE).hasValue(1);
    }

    @Test
    void passesAFaultOnAsItIsAndTriesAgain() {
        assertThatIllegalStateException()
                .isThrownBy(() -> instances.getInstance(Faulty.class))
                .withMessage("SALLYPORT_ISSUER is missing")
                .withNoCause();
        assertThat(instances.getInstance(Faulty.class)).isNotNull();
    }

    @Test
    void saysWhichClassIsNoFunction() {
        assertThatIllegalStateException()
                .isThrownBy(() -> instances.getInstance(Runnable.class))
                .withMessage("java.lang.Runnable cannot be made");
    }
}
