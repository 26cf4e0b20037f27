package io.sallyport.bench;

import java.util.Comparator;
import java.util.List;

/**
 * A bar for each row; a line over its end shows the middle half of the samples.
 *
 * @param unit of the bars, written along the axis
 */
record BarChart(String title, String unit) {
    private static final int WIDTH = 900;
    private static final int LEFT = 430;
    private static final int RIGHT = 70;
    private static final int TOP = 40;
    private static final int ROW = 24;
    private static final String BAR = "#4878a8";
    private static final String RANGE = "#222";
    private static final String GRID = "#ddd";

    record Bar(String name, Spread spread) {}

    String draw(List<Bar> bars) {
        int bottom = TOP + bars.size() * ROW;
        Svg svg = new Svg(WIDTH, bottom + 45, title);
        Axis axis = Axis.upTo(bars.stream()
                .map(bar -> bar.spread().high())
                .max(Comparator.naturalOrder())
                .orElse(1.0));
        for (double mark : axis.marks()) {
            svg.line(x(axis, mark), TOP, x(axis, mark), bottom, GRID, 1);
            svg.text(x(axis, mark), bottom + 16, Svg.Anchor.MIDDLE, 11, axis.label(mark));
        }
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, bottom + 36, Svg.Anchor.MIDDLE, 12, unit);
        for (int i = 0; i < bars.size(); i++) {
            double y = TOP + i * ROW;
            Spread spread = bars.get(i).spread();
            svg.text(LEFT - 8, y + 16, Svg.Anchor.END, 12, bars.get(i).name());
            svg.bar(LEFT, y + 4, x(axis, spread.median()) - LEFT, ROW - 8, BAR);
            svg.line(x(axis, spread.low()), y + ROW / 2.0, x(axis, spread.high()), y + ROW / 2.0, RANGE, 1.5);
            svg.text(x(axis, spread.high()) + 5, y + 16, Svg.Anchor.START, 11, Figure.of(spread.median()));
        }
        return svg.toString();
    }

    private static double x(Axis axis, double number) {
        return LEFT + axis.place(number) * (WIDTH - LEFT - RIGHT);
    }
}
