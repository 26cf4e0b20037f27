package io.sallyport;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is made when it is first needed, and once. What is made while a function starts may become part of a
 * snapshot that many instances are restored from, so randomness, credentials and connections are made here, after that.
 */
public final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> make;
    private @Nullable T made;

    /** @param make if it fails, it is asked again the next time */
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

    /** Does something with it, unless nobody has needed it. */
    public synchronized void ifMade(Consumer<? super T> action) {
        T known = made;
        if (known != null) {
            action.accept(known);
        }
    }
}
