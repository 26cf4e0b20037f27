package io.sallyport.bench;

import java.util.List;

/**
 * The median of samples, and the bounds of their middle half.
 *
 * @param low a quarter of them are below
 * @param high a quarter of them are above
 */
record Spread(double low, double median, double high) {
    /** @throws IllegalArgumentException if there are none */
    static Spread of(List<Double> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("no samples");
        }
        List<Double> sorted = samples.stream().sorted().toList();
        return new Spread(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
    }

    private static double at(List<Double> sorted, double part) {
        double place = part * (sorted.size() - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
    }
}
