package io.sallyport;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made once, when it is first needed. What is made while a function starts may become part of a
 * snapshot from which many instances are restored, so randomness, credentials and connections are made lazily, after
 * the snapshot.
 */
public final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> make;
    private @Nullable T made;

    /** @param make if it fails, the next call tries again */
    public Lazy(Supplier<T> make) {
        this.make = make;
    }

    @Override
    public synchronized T get() {
        T known = made;
        if (known == null) {
            known = make.get();
            made = known;
        }
        return known;
    }

    /** Applies the action to the value, unless it was never made. */
    public synchronized void ifMade(Consumer<? super T> action) {
        T known = made;
        if (known != null) {
            action.accept(known);
        }
    }
}
