package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code docs/performance.md}: its prose stays as it is; what is between a program's marks comes from that program's
 * results.
 */
record PerformancePage(Plan plan) {
    /**
     * What becomes of a program's results.
     *
     * @param columns the figures that the table shows
     * @param charts by file name
     */
    private record Section(String program, List<String> columns, Map<String, Chart> charts) {}

    /** Draws the rows; nothing if there are none. */
    @FunctionalInterface
    private interface Chart {
        String draw(Measured measured);
    }

    private static final List<Section> SECTIONS = List.of(
            new Section(
                    "cold",
                    List.of(ColdStart.CPU, ColdStart.TO_HELLO, ColdStart.WALL, ColdStart.PEAK, ColdStart.CLASSES),
                    Map.of(
                            "cold-start",
                            bars(ColdStart.CPU, "Start to first answer", "CPU time, ms (median, middle half)"))),
            new Section("warm", List.of(Warm.CPU, Warm.TO_BARE, Warm.WALL, Warm.ALLOCATED), Map.of()),
            new Section(
                    "http",
                    List.of(
                            WarmOverHttp.LOGIN,
                            WarmOverHttp.BARE,
                            WarmOverHttp.RATIO,
                            WarmOverHttp.NATIVE,
                            WarmOverHttp.NATIVE_RATIO),
                    Map.of()),
            new Section(
                    "load",
                    List.of(Load.RATE, Load.P50, Load.P99, Load.P999, Load.RATIO),
                    Map.of(
                            "load",
                            bars(Load.P99, "99th percentile of latency", "ms from the instant that it was due"))),
            new Section(
                    "kms", List.of(KmsSigning.CPU, KmsSigning.RATIO, KmsSigning.WALL, KmsSigning.ALLOCATED), Map.of()),
            new Section(
                    "growth",
                    List.of(Growth.CPU, Growth.WALL, Growth.GROWTH),
                    Map.of("growth", PerformancePage::growth)),
            new Section(
                    "store", List.of(StoreOperations.LOGINS, StoreOperations.READS, StoreOperations.WRITES), Map.of()),
            new Section("costs", List.of(Costs.COMPUTE, Costs.REQUESTS, Costs.STORE, Costs.KMS, Costs.TOTAL), Map.of()),
            new Section(
                    "uses",
                    List.of(LimitedUses.RATE, LimitedUses.RATIO, LimitedUses.REFUSED),
                    Map.of("uses", bars(LimitedUses.RATE, "Uses of one limited token", "per second"))),
            new Section(
                    "peers",
                    List.of(
                            Peers.START,
                            Peers.START_RATIO,
                            Peers.START_WALL,
                            Peers.PEAK,
                            Peers.REQUEST,
                            Peers.REQUEST_RATIO),
                    Map.of(
                            "peers-start",
                            bars(Peers.START, "Start to first token", "CPU time, ms (median, middle half)"),
                            "peers-token",
                            bars(Peers.REQUEST, "One token, warm", "CPU time, µs (median, middle half)"))));

    void write() throws IOException {
        Path page = plan.docs().resolve("performance.md");
        String text = Files.readString(page);
        for (Section section : SECTIONS) {
            Optional<Results> results = Results.read(plan, section.program());
            if (results.isPresent()) {
                text = replace(text, section.program(), body(section, results.get()));
            }
        }
        Files.writeString(page, text);
    }

    /** @throws IOException if the page has no place for it */
    static String replace(String text, String program, String body) throws IOException {
        String begin = "<!-- measured: " + program + " -->\n";
        String end = "<!-- end -->";
        int from = text.indexOf(begin);
        int to = text.indexOf(end, from);
        if (from < 0 || to < 0) {
            throw new IOException("docs/performance.md has no place for " + program);
        }
        return text.substring(0, from + begin.length()) + body + text.substring(to);
    }

    private String body(Section section, Results results) throws IOException {
        StringBuilder body = new StringBuilder();
        if (results.little()) {
            body.append("**A trial run, too short to say anything.**\n\n");
        }
        body.append(table(section.columns(), results.measured())).append('\n');
        for (Map.Entry<String, Chart> chart : section.charts().entrySet()) {
            Path file = plan.docs().resolve("performance").resolve(chart.getKey() + ".svg");
            Files.createDirectories(file.getParent());
            Files.writeString(file, chart.getValue().draw(results.measured()));
            body.append("![")
                    .append(chart.getKey())
                    .append("](performance/")
                    .append(chart.getKey())
                    .append(".svg)\n\n");
        }
        body.append(results.when().substring(0, 10))
                .append(", ")
                .append(results.machine())
                .append(".\n");
        body.append("Again: `mvn -B -Pbench -pl bench -am verify -Dbench=")
                .append(section.program())
                .append("`\n");
        return body.toString();
    }

    static String table(List<String> columns, Measured measured) {
        StringBuilder table = new StringBuilder("| |");
        columns.forEach(column -> table.append(' ').append(column).append(" |"));
        table.append("\n| --- |").append(" ---: |".repeat(columns.size())).append('\n');
        measured.rows().forEach((row, figures) -> {
            table.append("| ").append(row).append(" |");
            for (String column : columns) {
                List<Double> samples = measured.samples(row, column);
                table.append(' ')
                        .append(samples.isEmpty() ? "" : Figure.of(Spread.of(samples)))
                        .append(" |");
            }
            table.append('\n');
        });
        return table.toString();
    }

    private static Chart bars(String figure, String title, String unit) {
        return measured -> {
            List<BarChart.Bar> bars = new ArrayList<>();
            measured.rows().forEach((row, figures) -> {
                List<Double> samples = measured.samples(row, figure);
                if (!samples.isEmpty()) {
                    bars.add(new BarChart.Bar(row, Spread.of(samples)));
                }
            });
            return new BarChart(title, unit).draw(bars);
        };
    }

    /** Rows are named {@code what: size}. */
    private static String growth(Measured measured) {
        Map<String, TreeMap<Long, Double>> lines = new LinkedHashMap<>();
        measured.rows().forEach((row, figures) -> {
            int colon = row.lastIndexOf(": ");
            lines.computeIfAbsent(row.substring(0, colon), name -> new TreeMap<>())
                    .put(
                            Long.parseLong(row.substring(colon + 2)),
                            Spread.of(measured.samples(row, Growth.GROWTH)).median());
        });
        return new LineChart("A login's cost as there is more of something", "to the smallest", "how many there are")
                .draw(lines);
    }
}
