package io.sallyport.bench;

import io.sallyport.runtime.StoreAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How much is measured.
 *
 * @param little just enough to see that the programs run: such figures say nothing
 * @param askedRounds 0 for as many as the program itself thinks right
 * @param stores the schemes of {@code SALLYPORT_STORE} to measure
 * @param java25 the home of a JDK 25
 * @param module the folder of this module
 */
record Plan(boolean little, int askedRounds, List<String> stores, Optional<Path> java25, Path module) {
    /** As few as medians and their spread can be taken of. */
    private static final int MIN_ROUNDS = 9;

    static Plan ofSystemProperties() {
        return new Plan(
                Boolean.getBoolean("bench.short"),
                Integer.getInteger("bench.rounds", 0),
                Arrays.stream(System.getProperty("bench.stores", "firestore").split(",", -1))
                        .filter(Plan::isKnown)
                        .toList(),
                // Maven passes on unresolved properties verbatim.
                Optional.of(System.getProperty("bench.java25", ""))
                        .filter(home -> !home.isEmpty() && !home.startsWith("$"))
                        .map(Path::of),
                Path.of("").toAbsolutePath());
    }

    private static boolean isKnown(String scheme) {
        try {
            StoreAddress.parse(scheme + ":project/database");
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    int rounds() {
        return askedRounds > 0 ? askedRounds : of(MIN_ROUNDS, 3);
    }

    int of(int usual, int ifLittle) {
        return little ? ifLittle : usual;
    }

    /** A file or folder that the build creates. */
    Path target(String name) {
        return module.resolve("target").resolve(name);
    }

    /** The jar that the measured processes run from. */
    Path servedJar() {
        return module.resolve("served/target/served.jar");
    }

    Path springPeerJar() {
        return module.resolve("spring-peer/target/spring-peer.jar");
    }

    Path docs() {
        return module.resolve("../docs").normalize();
    }
}
