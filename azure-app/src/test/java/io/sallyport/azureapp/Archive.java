package io.sallyport.azureapp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A jar or zip that was built.
 *
 * @param names of the files in it
 */
record Archive(Path file, List<String> names) {
    private static final String CLASS = ".class";

    static Archive open(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return new Archive(
                    file,
                    zip.stream()
                            .filter(entry -> !entry.isDirectory())
                            .map(ZipEntry::getName)
                            .toList());
        }
    }

    /** The packages of its classes. */
    SortedSet<String> packages() {
        return names.stream()
                .filter(name -> name.endsWith(CLASS))
                .map(name ->
                        name.substring(0, Math.max(name.lastIndexOf('/'), 0)).replace('/', '.'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    String text(String name) throws IOException {
        return new String(bytes(name), UTF_8);
    }

    /** Whether it contains a file with exactly these bytes. */
    boolean holds(String name, byte[] bytes) throws IOException {
        return Arrays.equals(bytes(name), bytes);
    }

    private byte[] bytes(String name) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw new AssertionError(file + " has no " + name);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return in.readAllBytes();
            }
        }
    }
}
