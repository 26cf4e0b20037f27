package io.sallyport.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Runs the program with this name, or all of them, and then writes the page. */
final class Bench {
    private static final Map<String, Program> PROGRAMS = new LinkedHashMap<>();

    static {
        PROGRAMS.put("cold", new ColdStart());
        PROGRAMS.put("warm", new Warm());
        PROGRAMS.put("http", new WarmOverHttp());
        PROGRAMS.put("load", new Load());
        PROGRAMS.put("kms", new KmsSigning());
        PROGRAMS.put("growth", new Growth());
        PROGRAMS.put("store", new StoreOperations());
        PROGRAMS.put("uses", new LimitedUses());
        PROGRAMS.put("costs", new Costs());
        PROGRAMS.put("peers", new Peers());
    }

    private Bench() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws Exception {
        String name = args[0];
        if (name.equals("none")) {
            System.out.println(
                    "Name a program, as -Dbench=cold: " + String.join(", ", PROGRAMS.keySet()) + "; report; or all");
            return;
        }
        String machine = Machine.describe();
        Plan plan = Plan.ofSystemProperties();
        for (Map.Entry<String, Program> program : programs(name).entrySet()) {
            System.out.println("bench " + program.getKey());
            Measured measured = program.getValue().run(plan);
            System.out.print(measured);
            System.out.println(Results.write(plan, machine, program.getKey(), measured));
        }
        if (name.equals("all") || name.equals("report")) {
            new PerformancePage(plan).write();
        }
        // Threads that the libraries leave running must not keep the build waiting.
        System.exit(0);
    }

    private static Map<String, Program> programs(String name) {
        if (name.equals("all")) {
            return PROGRAMS;
        }
        if (name.equals("report")) {
            return Map.of();
        }
        Program program = PROGRAMS.get(name);
        if (program == null) {
            throw new IllegalArgumentException("there is no program " + name + " but " + PROGRAMS.keySet());
        }
        return Map.of(name, program);
    }
}
