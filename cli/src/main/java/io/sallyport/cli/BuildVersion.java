package io.sallyport.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that {@code --version} prints: the one in the {@code pom.xml} that this was built from. */
final class BuildVersion implements IVersionProvider {
    private static final String RESOURCE = "version.properties";

    @Override
    public String[] getVersion() {
        Properties properties = new Properties();
        try (InputStream resource = BuildVersion.class.getResourceAsStream(RESOURCE)) {
            if (resource != null) {
                properties.load(resource);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String[] {"sallyport " + name(properties.getProperty("version", ""))};
    }

    /** @param version as the resource has it: a placeholder where something other than Maven copied it */
    static String name(String version) {
        return version.isEmpty() || version.startsWith("$") ? "(development build)" : version;
    }
}
