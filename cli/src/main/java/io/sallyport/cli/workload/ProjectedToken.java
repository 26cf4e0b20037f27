package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A service account token that the kubelet refreshes in a file: Kubernetes, "Projected Volumes". */
record ProjectedToken(Path file) implements PlatformToken {
    private static final int MAX_LENGTH = 64 * 1024;

    @Override
    public String get() throws NoTokenException {
        try (InputStream token = Files.newInputStream(file)) {
            return PlatformToken.checked(file.toString(), new String(token.readNBytes(MAX_LENGTH), UTF_8));
        } catch (IOException e) {
            throw new NoTokenException(PLATFORM_UNAVAILABLE, file + " cannot be read");
        }
    }
}
