package io.sallyport.platforms;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** docs/platforms.md: the result of each case on each platform. */
final class PlatformsPage {
    private static final String HEAD = """
            # What holds on every platform

            For operators and reviewers. At the end you know what is tested on each cloud's runtime, and where they differ.

            Seen by `PlatformsTest`, which runs the packaged archives: on Google's Functions Framework, on AWS's Lambda runtime behind the Lambda Runtime API, and
            called as Azure's Java worker calls them, each in a separate process ([tests](testing.md)). The test writes this page, and fails when it is not up to date:

                mvn -B verify -pl platforms -am -Dtest=PlatformsTest -Dplatforms.write=true

            """;

    private final Map<Case, Map<Platform, String>> seen = new LinkedHashMap<>();

    /** From here on, the page is incomplete without it. */
    void expect(Case each) {
        seen.computeIfAbsent(each, any -> new EnumMap<>(Platform.class));
    }

    void note(Case each, Platform platform, String what) {
        seen.get(each).put(platform, what);
    }

    boolean isComplete() {
        return !seen.isEmpty() && seen.values().stream().allMatch(cells -> cells.size() == Platform.values().length);
    }

    String text() {
        String titles = Arrays.stream(Platform.values()).map(Platform::title).collect(Collectors.joining(" | "));
        StringBuilder text = new StringBuilder(HEAD)
                .append("| case | ")
                .append(titles)
                .append(" |\n|")
                .append(" --- |".repeat(Platform.values().length + 1))
                .append('\n');
        seen.forEach((each, cells) -> {
            text.append("| ").append(each.name());
            for (Platform platform : Platform.values()) {
                text.append(" | ").append(cells.getOrDefault(platform, ""));
            }
            text.append(" |\n");
        });
        return text.toString();
    }
}
