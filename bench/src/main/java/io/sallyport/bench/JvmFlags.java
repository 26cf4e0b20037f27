package io.sallyport.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a JVM is started.
 *
 * @param archive how classes are kept from one start for the next, if they are
 */
record JvmFlags(String name, JavaRuntime java, List<String> options, Optional<Archive> archive) {
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** A file of classes: the option to write it at one start, and the option to read it at another. */
    enum Archive {
        APP_CDS("-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile="),
        /** Since JDK 25 (JEP 514). */
        AOT_CACHE("-XX:AOTCacheOutput=", "-XX:AOTCache=");

        private final String writing;
        private final String reading;

        Archive(String writing, String reading) {
            this.writing = writing;
            this.reading = reading;
        }
    }

    static JvmFlags plain(JavaRuntime java) {
        return new JvmFlags(java + ", no flags", java, List.of(), Optional.empty());
    }

    /** Only the first compiler, and the simplest collector. */
    static JvmFlags quick(JavaRuntime java) {
        return new JvmFlags(java + ", C1 and serial GC", java, QUICK, Optional.empty());
    }

    static JvmFlags quickWith(Archive archive, JavaRuntime java) {
        String name = archive == Archive.APP_CDS ? "AppCDS" : "AOT cache";
        return new JvmFlags(java + ", C1, serial GC, " + name, java, QUICK, Optional.of(archive));
    }

    /** The command up to the main class for the process that writes the archive. */
    List<String> writing(Path file) {
        return command(archive.map(kind -> kind.writing + file));
    }

    /** The command up to the main class for a process that reads the archive. */
    List<String> reading(Path file) {
        return command(archive.map(kind -> kind.reading + file));
    }

    /** The command up to the main class with no archive but the JVM's own. */
    List<String> withoutArchive() {
        return command(Optional.empty());
    }

    private List<String> command(Optional<String> archiveOption) {
        List<String> command = new ArrayList<>();
        command.add(java.command());
        command.addAll(options);
        archiveOption.ifPresent(command::add);
        return command;
    }

    @Override
    public String toString() {
        return name;
    }
}
