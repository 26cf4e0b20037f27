package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What was measured on. */
final class Machine {
    private Machine() {}

    /** Its processor, system and JDK, and how busy it was. */
    static String describe() {
        return String.format(
                Locale.ROOT,
                "%s, %d CPUs, %s %s, JDK %s (%s); load average at the end %s",
                processor(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                System.getProperty("java.version"),
                System.getProperty("java.vendor"),
                first("/proc/loadavg", "", " "));
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .orElse("unknown processor");
        } catch (IOException e) {
            return "unknown processor";
        }
    }

    private static String first(String file, String otherwise, String end) {
        try {
            return Files.readString(Path.of(file)).split(end, 2)[0];
        } catch (IOException e) {
            return otherwise;
        }
    }
}
