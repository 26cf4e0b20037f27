package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * From the start of a process to its first answer: the invoker's own hello and whole logins, in turns. Each login is
 * compared with the hello of its round and flags.
 */
final class ColdStart implements Program {
    static final String CPU = "CPU ms";
    static final String WALL = "wall ms";
    static final String PEAK = "peak MiB";
    static final String TO_HELLO = "CPU to hello";
    static final String CLASSES = "classes";

    @Override
    public Measured run(Plan plan) throws Exception {
        Measured measured = new Measured();
        try (Pinning pinning = Pinning.begin();
                LoginWorld world = LoginWorld.open()) {
            List<Subject> subjects = new ArrayList<>(List.of(Subject.bareJvm(plan), Subject.invokerHello(plan)));
            plan.stores().forEach(store -> subjects.add(Subject.login(plan, world, store)));
            List<Starts> starts = new ArrayList<>();
            for (JvmFlags flags : flags(plan)) {
                Path trusted = plan.target("cold/trusted-" + flags.java().feature());
                starts.add(new Starts(
                        flags, TrustStore.with(world.caCertificate(), flags.java(), trusted), plan.target("cold")));
            }
            for (Starts each : starts) {
                each.writeArchives(subjects);
            }
            // The first round starts with a cold page cache and does not count.
            for (int round = 0; round <= plan.rounds(); round++) {
                for (Starts each : starts) {
                    each.round(subjects, pinning, round == 0 ? new Measured() : measured);
                }
            }
            starts.get(0).countClasses(subjects, measured);
        }
        return measured;
    }

    private static List<JvmFlags> flags(Plan plan) throws IOException {
        JavaRuntime java = JavaRuntime.current();
        List<JvmFlags> flags = new ArrayList<>(List.of(
                JvmFlags.plain(java), JvmFlags.quick(java), JvmFlags.quickWith(JvmFlags.Archive.APP_CDS, java)));
        if (plan.java25().isPresent()) {
            flags.add(JvmFlags.quickWith(
                    JvmFlags.Archive.AOT_CACHE, JavaRuntime.at(plan.java25().get())));
        }
        return flags;
    }

    /**
     * Starts with one set of flags.
     *
     * @param trusted the option that names the trust store
     * @param folder for archives and the processes' output
     */
    private record Starts(JvmFlags flags, String trusted, Path folder) {
        void writeArchives(List<Subject> subjects) throws IOException, InterruptedException {
            if (flags.archive().isEmpty()) {
                return;
            }
            for (Subject subject : subjects) {
                Path archive = archive(subject);
                Files.deleteIfExists(archive);
                if (subject.request().isPresent()) {
                    FirstAnswer.thenEnd(subject, with(flags.writing(archive)), output(subject));
                    if (!Files.exists(archive)) {
                        throw new IOException("no archive was written:\n" + Files.readString(output(subject)));
                    }
                }
            }
        }

        void round(List<Subject> subjects, Pinning pinning, Measured measured) throws IOException {
            Optional<FirstAnswer> hello = Optional.empty();
            for (Subject subject : subjects) {
                // The bare JVM loads nothing that is not in its own archive.
                List<String> command =
                        Files.exists(archive(subject)) ? flags.reading(archive(subject)) : flags.withoutArchive();
                FirstAnswer answer = FirstAnswer.of(subject, pinning.onItsCpu(with(command)), output(subject));
                String row = subject.name() + "; " + flags;
                measured.add(row, CPU, answer.cpuMillis());
                measured.add(row, WALL, answer.wallMillis());
                measured.add(row, PEAK, answer.peakMebibytes());
                hello.ifPresent(reference -> measured.add(row, TO_HELLO, answer.cpuMillis() / reference.cpuMillis()));
                if (subject.name().equals(Subject.INVOKER)) {
                    hello = Optional.of(answer);
                }
            }
        }

        /** Nothing is timed, so once is enough. */
        void countClasses(List<Subject> subjects, Measured measured) throws IOException {
            for (Subject subject : subjects) {
                Path log = folder.resolve("classes-" + subjects.indexOf(subject) + ".log");
                List<String> command = new ArrayList<>(with(flags.withoutArchive()));
                command.add("-Xlog:class+load:file=" + log + ":none");
                FirstAnswer.of(subject, command, output(subject));
                try (Stream<String> lines = Files.lines(log)) {
                    measured.add(
                            subject.name() + "; " + flags,
                            CLASSES,
                            lines.filter(line -> line.contains(" source: "))
                                    .mapToDouble(line -> 1)
                                    .sum());
                }
            }
        }

        private List<String> with(List<String> command) {
            List<String> whole = new ArrayList<>(command);
            whole.add(trusted);
            return whole;
        }

        private Path archive(Subject subject) {
            return file(subject, ".archive");
        }

        private Path output(Subject subject) {
            return file(subject, ".out");
        }

        private Path file(Subject subject, String suffix) {
            return folder.resolve((flags + "-" + subject.name()).replaceAll("[^A-Za-z0-9]+", "-") + suffix);
        }
    }
}
