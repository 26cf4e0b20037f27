package io.sallyport.bench;

import java.util.Locale;

/** Formats numbers with only the digits that are significant. */
final class Figure {
    private Figure() {}

    static String of(double number) {
        double size = Math.abs(number);
        return String.format(Locale.ROOT, size >= 100 || number == 0 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", number);
    }

    /** The median, and the middle half in brackets if there is more than one sample. */
    static String of(Spread spread) {
        return spread.low() == spread.high()
                ? of(spread.median())
                : of(spread.median()) + " (" + of(spread.low()) + "–" + of(spread.high()) + ")";
    }
}
