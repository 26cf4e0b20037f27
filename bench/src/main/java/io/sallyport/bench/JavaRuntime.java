package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A Java installation to start processes with. */
record JavaRuntime(Path home, int feature) {
    /** The one that runs this process. */
    static JavaRuntime current() {
        return new JavaRuntime(
                Path.of(System.getProperty("java.home")), Runtime.version().feature());
    }

    /**
     * The one in that home.
     *
     * @throws IOException if there is none
     */
    static JavaRuntime at(Path home) throws IOException {
        try (Stream<String> release = Files.lines(home.resolve("release"))) {
            Optional<String> version = release.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.substring("JAVA_VERSION=".length()).replace("\"", ""))
                    .findFirst();
            return new JavaRuntime(
                    home, Runtime.Version.parse(version.orElseThrow()).feature());
        }
    }

    String command() {
        return home.resolve("bin/java").toString();
    }

    @Override
    public String toString() {
        return "JDK " + feature;
    }
}
