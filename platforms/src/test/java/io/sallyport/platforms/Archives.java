package io.sallyport.platforms;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The output of {@code mvn package} in the other modules: the files that are deployed. */
final class Archives {
    private static final Path ROOT = Path.of("..");
    private static final Path UNPACKED = Path.of("target/unpacked");
    private static final Path AZURE = ROOT.resolve("azure-app/target/sallyport-azure.zip");

    private Archives() {}

    /** Why the archives do not match the code under test, as after {@code mvn test}; empty if they do. */
    static Optional<String> missing() throws IOException {
        Map<Path, Set<String>> modules = new LinkedHashMap<>();
        for (Function function : Function.table().values()) {
            for (Path archive : List.of(zip(function, "gcp"), zip(function, "aws"), AZURE)) {
                modules.computeIfAbsent(archive, any -> new LinkedHashSet<>(Set.of("common")))
                        .add(function.archive());
            }
        }
        for (Map.Entry<Path, Set<String>> archive : modules.entrySet()) {
            if (!Files.exists(archive.getKey())) {
                return Optional.of("there is no " + archive.getKey() + ": run mvn package or mvn verify");
            }
            if (Files.getLastModifiedTime(archive.getKey()).compareTo(newestClass(archive.getValue())) < 0) {
                return Optional.of(archive.getKey() + " is older than its classes: run mvn package or mvn verify");
            }
        }
        return Optional.empty();
    }

    private static FileTime newestClass(Set<String> modules) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        for (String module : modules) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("target/classes"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    FileTime time = Files.getLastModifiedTime(file);
                    newest = time.compareTo(newest) > 0 ? time : newest;
                }
            }
        }
        return newest;
    }

    /** The only jar in the root of a function's archive for Cloud Functions. */
    static Path googleJar(Function function) throws IOException {
        return only(files(unpacked(zip(function, "gcp"))));
    }

    /** The folder that a function's archive for Lambda is unpacked to there: {@code /var/task}. */
    static Path lambdaTask(Function function) throws IOException {
        return unpacked(zip(function, "aws"));
    }

    /** The folder of the function app, {@code wwwroot}. */
    static Path azureApp() throws IOException {
        return unpacked(AZURE);
    }

    /** The jars in a folder, in the order of their names. */
    static List<Path> jars(Path folder) throws IOException {
        return files(folder).stream()
                .filter(file -> file.toString().endsWith(".jar"))
                .toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Path only(List<Path> files) {
        if (files.size() != 1) {
            throw new IllegalStateException("not one file but " + files);
        }
        return files.get(0);
    }

    private static Path zip(Function function, String cloud) {
        return ROOT.resolve(function.archive()).resolve("target").resolve(function.archive() + "-" + cloud + ".zip");
    }

    /** Unpacked once, and again if the archive was rebuilt. */
    private static synchronized Path unpacked(Path zip) throws IOException {
        Path folder = UNPACKED.resolve(
                        zip.getFileName() + "-" + Files.getLastModifiedTime(zip).toMillis())
                .toAbsolutePath();
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path unfinished = folder.resolveSibling(
                folder.getFileName() + "-" + ProcessHandle.current().pid());
        try (InputStream file = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(file)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path target = unfinished.resolve(entry.getName()).normalize();
                if (!target.startsWith(unfinished)) {
                    throw new IOException(zip + " has an entry that leads out of it: " + entry.getName());
                }
                if (!entry.isDirectory()) {
                    Files.createDirectories(target.getParent());
                    Files.copy(entries, target);
                }
            }
        }
        return Files.move(unfinished, folder);
    }
}
