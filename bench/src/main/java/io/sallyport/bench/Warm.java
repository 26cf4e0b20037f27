package io.sallyport.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@link WarmLogins} by JMH, with a new JVM for each step and round; a round's steps are compared with its own
 * cryptography, by the provider that they use.
 */
final class Warm implements Program {
    static final String CPU = "µs CPU";
    static final String WALL = "µs wall";
    static final String ALLOCATED = "KiB allocated";
    static final String TO_BARE = "to bare cryptography";

    private static final String BY_CONSCRYPT = ", Conscrypt";

    /** JMH's name of the figure; older versions put a mark before it. */
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    @Override
    public Measured run(Plan plan) throws Exception {
        Measured measured = new Measured();
        Options options = new OptionsBuilder()
                .include(WarmLogins.class.getName() + "\\.")
                .forks(1)
                .warmupIterations(plan.of(3, 1))
                .warmupTime(TimeValue.milliseconds(plan.of(2000, 500)))
                .measurementIterations(plan.of(3, 1))
                .measurementTime(TimeValue.milliseconds(plan.of(1000, 500)))
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        for (int round = 0; round < plan.rounds(); round++) {
            add(round(options), measured);
        }
        return measured;
    }

    private record Step(double cpu, double wall, double bytes) {}

    private static Map<String, Step> round(Options options) throws Exception {
        Map<String, Step> steps = new LinkedHashMap<>();
        for (RunResult result : new Runner(options).run()) {
            steps.put(
                    result.getPrimaryResult().getLabel() + by(result.getParams().getParam("provider")),
                    new Step(
                            secondary(result, CpuProfiler.FIGURE),
                            result.getPrimaryResult().getScore(),
                            secondary(result, ALLOCATION)));
        }
        return steps;
    }

    private static String by(String provider) {
        return provider.equals(WarmLogins.CONSCRYPT) ? BY_CONSCRYPT : "";
    }

    @SuppressWarnings("rawtypes") // JMH's own interface.
    private static double secondary(RunResult result, String figure) {
        for (Map.Entry<String, Result> secondary : result.getSecondaryResults().entrySet()) {
            if (secondary.getKey().endsWith(figure)) {
                return secondary.getValue().getScore();
            }
        }
        throw new IllegalStateException("JMH tells no " + figure);
    }

    private static double cpu(Map<String, Step> steps, String name) {
        return Optional.ofNullable(steps.get(name)).orElseThrow().cpu();
    }

    private static double bare(Map<String, Step> steps, String by) {
        return cpu(steps, "bareVerify" + by) + cpu(steps, "bareSign" + by);
    }

    private static void add(Map<String, Step> steps, Measured measured) {
        double jdk = bare(steps, "");
        double conscrypt = bare(steps, BY_CONSCRYPT);
        steps.forEach((name, step) -> {
            double bare = name.endsWith(BY_CONSCRYPT) ? conscrypt : jdk;
            measured.add(name, CPU, step.cpu());
            measured.add(name, WALL, step.wall());
            measured.add(name, ALLOCATED, step.bytes() / 1024);
            measured.add(name, TO_BARE, step.cpu() / bare);
        });
    }
}
