package io.sallyport.azureapp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The parts of docs/packages.md that list what a jar contains. */
final class PackagesPage {
    private static final String TABLE = "| dependency | kB | packages |";
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private PackagesPage() {}

    /** A package in the table; if the table has {@code .*} after it, its subpackages too. */
    record Listed(String name, boolean andBelow) {
        boolean covers(String other) {
            return other.equals(name) || (andBelow && other.startsWith(name + "."));
        }
    }

    static List<Listed> packages() throws Exception {
        try (Stream<String> lines = Files.lines(Path.of("../docs/packages.md"))) {
            return lines.dropWhile(line -> !line.startsWith(TABLE))
                    .skip(2)
                    .takeWhile(line -> line.startsWith("|"))
                    .map(line -> line.split("\\|")[3])
                    .flatMap(cell -> NAME.matcher(cell).results().map(PackagesPage::listed))
                    .toList();
        }
    }

    private static Listed listed(MatchResult match) {
        String text = match.group(1);
        return text.endsWith(".*") ? new Listed(text.substring(0, text.length() - 2), true) : new Listed(text, false);
    }
}
