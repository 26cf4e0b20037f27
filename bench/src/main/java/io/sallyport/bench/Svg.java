package io.sallyport.bench;

import java.util.Locale;

/** A drawing with text: black on white, so that it can be read wherever it is shown. */
final class Svg {
    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final int height;
    private final String title;

    /** Which point of a text is at its position. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    Svg(int width, int height, String title) {
        this.width = width;
        this.height = height;
        this.title = title;
        text(width / 2.0, 22, Anchor.MIDDLE, 15, title);
    }

    void bar(double x, double y, double barWidth, double barHeight, String colour) {
        body.append(String.format(
                Locale.ROOT,
                "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>%n",
                x,
                y,
                barWidth,
                barHeight,
                colour));
    }

    void line(double x1, double y1, double x2, double y2, String colour, double thickness) {
        body.append(String.format(
                Locale.ROOT,
                "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='%.1f'/>%n",
                x1,
                y1,
                x2,
                y2,
                colour,
                thickness));
    }

    void dot(double x, double y, String colour) {
        body.append(String.format(Locale.ROOT, "<circle cx='%.1f' cy='%.1f' r='3.5' fill='%s'/>%n", x, y, colour));
    }

    void text(double x, double y, Anchor anchor, int size, String text) {
        body.append(String.format(
                Locale.ROOT,
                "<text x='%.1f' y='%.1f' text-anchor='%s' font-size='%d'>%s</text>%n",
                x,
                y,
                anchor.name().toLowerCase(Locale.ROOT),
                size,
                escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' role='img'"
                        + " font-family='sans-serif' fill='#222'>%n<title>%s</title>%n"
                        + "<rect width='100%%' height='100%%' fill='#fff'/>%n%s</svg>%n",
                width,
                height,
                width,
                height,
                escaped(title),
                body);
    }
}
