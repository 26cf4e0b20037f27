package io.sallyport.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Numbers from 0 along an axis of a drawing.
 *
 * @param step between two labelled numbers
 * @param most the largest of them
 */
record Axis(double step, double most) {
    /** With four to ten steps of 1, 2 or 5 times a power of ten. */
    static Axis upTo(double largest) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(largest, 1e-9))));
        double step = power / 5;
        for (double candidate : new double[] {power / 5, power / 2, power, power * 2}) {
            if (largest / candidate <= 8) {
                step = candidate;
                break;
            }
        }
        return new Axis(step, Math.ceil(largest / step) * step);
    }

    List<Double> marks() {
        List<Double> marks = new ArrayList<>();
        for (int i = 0; i * step <= most * 1.0001; i++) {
            marks.add(i * step);
        }
        return marks;
    }

    /** Where a number lies, as a fraction of the whole. */
    double place(double number) {
        return number / most;
    }

    String label(double mark) {
        return step >= 1 ? String.format(Locale.ROOT, "%.0f", mark) : String.format(Locale.ROOT, "%.2f", mark);
    }
}
