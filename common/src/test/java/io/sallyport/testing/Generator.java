package io.sallyport.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Generates values of one kind for a property.
 *
 * @param edges values that code is likely to get wrong, such as bounds; may be empty
 * @param random makes one value from the given source of randomness
 */
public record Generator<T>(List<T> edges, Function<RandomGenerator, T> random) {
    /** One value in this many is an edge case, wherever it is used. */
    private static final int EDGE_EVERY = 20;

    /** At most this many edge cases are collected from the parts of a value. */
    private static final int MAX_EDGES = 20;

    /** Where code treats characters differently: the bounds of ASCII and Unicode, controls, separators, surrogates. */
    private static final String ODD_CHARACTERS =
            "\0\t\n\r\u001b \"%&'+,/;<=\\{}~\u007f\u0080\u0085\u009b\u00a0\u07ff\u0800\u2028\u202e\ud800\udfff\ufeff\uffff";

    /** Without edge cases; for a value that is composed from others' {@link #next}. */
    public static <T> Generator<T> from(Function<RandomGenerator, T> random) {
        return new Generator<>(List.of(), random);
    }

    /** A value from each; its edge cases are all combinations of theirs. */
    public static <A, B, T> Generator<T> both(
            Generator<A> a, Generator<B> b, BiFunction<? super A, ? super B, T> both) {
        List<T> edges = a.edges().stream()
                .flatMap(one -> b.edges().stream().map(other -> both.apply(one, other)))
                .toList();
        return new Generator<>(edges, source -> both.apply(a.next(source), b.next(source)));
    }

    public T next(RandomGenerator source) {
        return !edges.isEmpty() && source.nextInt(EDGE_EVERY) == 0
                ? edges.get(source.nextInt(edges.size()))
                : random.apply(source);
    }

    public static Generator<Integer> ints(int min, int max) {
        return longs(min, max).map(Long::intValue);
    }

    /** Small numbers are as likely as numbers of any other size. */
    public static Generator<Long> longs(long min, long max) {
        List<Long> edges = LongStream.of(min, min + 1, -1, 0, 1, max - 1, max)
                .filter(edge -> edge >= min && edge <= max)
                .distinct()
                .boxed()
                .toList();
        return new Generator<>(edges, source -> {
            long any = source.nextLong() >> source.nextInt(Long.SIZE);
            if (any >= min && any <= max) {
                return any;
            }
            return max < Long.MAX_VALUE ? source.nextLong(min, max + 1) : source.nextLong(min - 1, max) + 1;
        });
    }

    /** Finite ones of every size, and decimal fractions. */
    public static Generator<Double> doubles() {
        return new Generator<>(
                List.of(0.0, 1.0, -1.0, 0.01, Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE, -Double.MAX_VALUE),
                source -> {
                    double any = Double.longBitsToDouble(source.nextLong());
                    return Double.isFinite(any) && source.nextBoolean() ? any : source.nextInt() / 100.0;
                });
    }

    public static Generator<Boolean> booleans() {
        return of(List.of(false, true));
    }

    public static <T> Generator<T> of(List<T> values) {
        return new Generator<>(
                values.size() <= MAX_EDGES ? values : List.of(), source -> values.get(source.nextInt(values.size())));
    }

    public static <T> Generator<T> oneOf(List<Generator<? extends T>> generators) {
        List<T> edges = new ArrayList<>();
        for (Generator<? extends T> generator : generators) {
            edges.addAll(generator.edges());
        }
        return new Generator<>(
                edges.stream().distinct().limit(MAX_EDGES).toList(),
                source -> generators.get(source.nextInt(generators.size())).next(source));
    }

    /** Texts of the alphabet's characters. */
    public static Generator<String> strings(String alphabet, int minLength, int maxLength) {
        return texts(source -> alphabet.charAt(source.nextInt(alphabet.length())), minLength, maxLength)
                .withEdges(Stream.of(0, alphabet.length() - 1)
                        .map(i -> alphabet.substring(i, i + 1).repeat(Math.max(1, minLength)))
                        .toList());
    }

    /** Texts of any characters, unpaired surrogates among them. */
    public static Generator<String> texts(int maxLength) {
        return texts(Generator::character, 0, maxLength)
                .withEdges(Stream.concat(
                                Stream.of("", "\ud83d\ude00"),
                                ODD_CHARACTERS.chars().mapToObj(Character::toString))
                        .toList());
    }

    private static Generator<String> texts(Function<RandomGenerator, Character> character, int min, int max) {
        return from(source -> {
            StringBuilder text = new StringBuilder();
            for (int length = source.nextInt(min, max + 1); length > 0; length--) {
                text.append(character.apply(source));
            }
            return text.toString();
        });
    }

    private static char character(RandomGenerator source) {
        return switch (source.nextInt(4)) {
            case 0 -> ODD_CHARACTERS.charAt(source.nextInt(ODD_CHARACTERS.length()));
            case 1 -> (char) source.nextInt(0x100);
            case 2 -> (char) source.nextInt(0x10000);
            default -> (char) source.nextInt(' ', 0x7f);
        };
    }

    public Generator<List<T>> lists(int minSize, int maxSize) {
        List<List<T>> some = minSize > 0 ? List.of() : List.of(List.of());
        return from(source -> {
                    List<T> list = new ArrayList<>();
                    for (int size = source.nextInt(minSize, maxSize + 1); size > 0; size--) {
                        list.add(next(source));
                    }
                    return list;
                })
                .withEdges(some);
    }

    /** One value in ten is null. */
    public Generator<T> orNull() {
        return from(source -> source.nextInt(10) == 0 ? null : next(source));
    }

    /** Maps of at most this many entries, in insertion order. */
    public static <K, V> Generator<Map<K, V>> maps(Generator<K> keys, Generator<V> values, int maxSize) {
        return from(source -> {
                    Map<K, V> map = new LinkedHashMap<>();
                    for (int size = source.nextInt(maxSize + 1); size > 0; size--) {
                        map.put(keys.next(source), values.next(source));
                    }
                    return map;
                })
                .withEdges(List.of(Map.of()));
    }

    public Generator<T> withEdges(List<T> others) {
        return new Generator<>(others, random);
    }

    public <U> Generator<U> map(Function<? super T, ? extends U> change) {
        return new Generator<>(edges.stream().<U>map(change).toList(), source -> change.apply(random.apply(source)));
    }

    public <U> Generator<U> flatMap(Function<? super T, Generator<U>> next) {
        List<U> all = edges.stream()
                .flatMap(edge -> next.apply(edge).edges().stream())
                .limit(MAX_EDGES)
                .toList();
        return new Generator<>(all, source -> next.apply(next(source)).next(source));
    }

    public Generator<T> filter(Predicate<? super T> wanted) {
        return new Generator<>(
                edges.stream().filter(wanted).toList(),
                source -> Stream.generate(() -> random.apply(source))
                        .filter(wanted)
                        .findFirst()
                        .orElseThrow());
    }
}
