package io.sallyport.testing;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Tries a test's assertion with many values: edge cases first, then random ones.
 *
 * <p>The values are the same in every run, unless the system property {@code seed} sets another number. A failure's
 * message begins with the seed and the values. All tries are one test: reports stay short, and mutation testing does
 * not have to start each of them separately.
 */
public final class Property {
    private static final long SEED = Long.getLong("seed", 1);
    private static final int MAX_SHOWN = 4000;

    private Property() {}

    public interface OfOne<A> {
        void check(A a) throws Exception;
    }

    public interface OfTwo<A, B> {
        void check(A a, B b) throws Exception;
    }

    public interface OfThree<A, B, C> {
        void check(A a, B b, C c) throws Exception;
    }

    public interface OfFour<A, B, C, D> {
        void check(A a, B b, C c, D d) throws Exception;
    }

    private record Pair<A, B>(A a, B b) {}

    public static <A> void forAll(int tries, Generator<A> generator, OfOne<? super A> property) {
        RandomGenerator source = new SplittableRandom(SEED);
        List<A> edges = generator.edges();
        int edgesTried = Math.min(edges.size(), tries / 2);
        for (int i = 0; i < tries; i++) {
            A value = i < edgesTried ? edges.get((int) ((long) i * edges.size() / edgesTried)) : generator.next(source);
            try {
                property.check(value);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "try " + i + " of -Dseed=" + SEED + ": " + shown(value) + "\n" + e.getMessage(), e);
            }
        }
    }

    public static <A, B> void forAll(int tries, Generator<A> a, Generator<B> b, OfTwo<? super A, ? super B> property) {
        forAll(tries, Generator.both(a, b, Pair::new), pair -> property.check(pair.a(), pair.b()));
    }

    public static <A, B, C> void forAll(
            int tries,
            Generator<A> a,
            Generator<B> b,
            Generator<C> c,
            OfThree<? super A, ? super B, ? super C> property) {
        Generator<Pair<A, B>> ab = Generator.both(a, b, Pair::new);
        forAll(tries, ab, c, (pair, last) -> property.check(pair.a(), pair.b(), last));
    }

    public static <A, B, C, D> void forAll(
            int tries,
            Generator<A> a,
            Generator<B> b,
            Generator<C> c,
            Generator<D> d,
            OfFour<? super A, ? super B, ? super C, ? super D> property) {
        Generator<Pair<A, B>> ab = Generator.both(a, b, Pair::new);
        forAll(tries, ab, c, d, (pair, third, last) -> property.check(pair.a(), pair.b(), third, last));
    }

    /** Only this many random values, for a test of their distribution. */
    public static <T> List<T> samples(int tries, Generator<T> generator) {
        RandomGenerator source = new SplittableRandom(SEED);
        return Stream.generate(() -> generator.next(source)).limit(tries).toList();
    }

    /** One line of printable ASCII, for reports and terminals. */
    private static String shown(Object value) {
        if (value instanceof Pair<?, ?> pair) {
            return shown(pair.a()) + ", " + shown(pair.b());
        }
        StringBuilder shown = new StringBuilder();
        String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        text.chars().limit(MAX_SHOWN).forEach(character -> {
            if (character < ' ' || character > '~') {
                shown.append(String.format("\\u%04x", character));
            } else {
                shown.append((char) character);
            }
        });
        return shown.append(text.length() > MAX_SHOWN ? "..." : "").toString();
    }
}
