package io.sallyport.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured: every sample of each figure of each table row. */
final class Measured {
    private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();

    void add(String row, String figure, double sample) {
        rows.computeIfAbsent(row, name -> new LinkedHashMap<>())
                .computeIfAbsent(figure, name -> new ArrayList<>())
                .add(sample);
    }

    /** Empty if nothing of the kind was measured. */
    List<Double> samples(String row, String figure) {
        return rows.getOrDefault(row, Map.of()).getOrDefault(figure, List.of());
    }

    Map<String, Map<String, List<Double>>> rows() {
        return rows;
    }

    /** Progress, for people who wait. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        rows.forEach((row, figures) -> {
            text.append(String.format(Locale.ROOT, "%-60s", row));
            figures.forEach((figure, samples) -> {
                Spread spread = Spread.of(samples);
                text.append(String.format(
                        Locale.ROOT, "  %s %.2f (%.2f-%.2f)", figure, spread.median(), spread.low(), spread.high()));
            });
            text.append('\n');
        });
        return text.toString();
    }
}
