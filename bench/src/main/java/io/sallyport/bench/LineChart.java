package io.sallyport.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lines over sizes that grow tenfold from one mark to the next.
 *
 * @param unit of what the lines show, written along the upright axis
 */
record LineChart(String title, String unit, String sizes) {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 300;
    private static final int TOP = 40;
    private static final int BOTTOM = HEIGHT - 50;
    private static final String GRID = "#ddd";
    private static final List<String> COLOURS = List.of("#4878a8", "#c0504d", "#5a9a5a", "#8064a2", "#d08030");

    /** @param lines by name, each a figure by size */
    String draw(Map<String, TreeMap<Long, Double>> lines) {
        Svg svg = new Svg(WIDTH, HEIGHT, title);
        double largest = lines.values().stream()
                .flatMap(line -> line.values().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        long most = lines.values().stream().mapToLong(TreeMap::lastKey).max().orElse(10);
        Axis axis = Axis.upTo(largest);
        for (double mark : axis.marks()) {
            svg.line(LEFT, y(axis, mark), WIDTH - RIGHT, y(axis, mark), GRID, 1);
            svg.text(LEFT - 6, y(axis, mark) + 4, Svg.Anchor.END, 11, axis.label(mark));
        }
        for (long size = 1; size <= most; size *= 10) {
            svg.text(x(size, most), BOTTOM + 18, Svg.Anchor.MIDDLE, 11, String.format("%,d", size));
        }
        svg.text(LEFT, TOP - 8, Svg.Anchor.START, 12, unit);
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, Svg.Anchor.MIDDLE, 12, sizes);
        int number = 0;
        for (Map.Entry<String, TreeMap<Long, Double>> line : lines.entrySet()) {
            String colour = COLOURS.get(number % COLOURS.size());
            draw(svg, axis, most, line.getValue(), colour);
            double y = TOP + 10 + 20 * number++;
            svg.bar(WIDTH - RIGHT + 14, y - 8, 14, 8, colour);
            svg.text(WIDTH - RIGHT + 34, y, Svg.Anchor.START, 12, line.getKey());
        }
        return svg.toString();
    }

    private static void draw(Svg svg, Axis axis, long most, TreeMap<Long, Double> line, String colour) {
        Map.Entry<Long, Double> before = line.firstEntry();
        for (Map.Entry<Long, Double> point : line.entrySet()) {
            svg.line(
                    x(before.getKey(), most),
                    y(axis, before.getValue()),
                    x(point.getKey(), most),
                    y(axis, point.getValue()),
                    colour,
                    2);
            svg.dot(x(point.getKey(), most), y(axis, point.getValue()), colour);
            before = point;
        }
    }

    private static double x(long size, long most) {
        return LEFT + 10 + Math.log10((double) size) / Math.log10((double) most) * (WIDTH - LEFT - RIGHT - 20);
    }

    private static double y(Axis axis, double number) {
        return BOTTOM - axis.place(number) * (BOTTOM - TOP);
    }
}
