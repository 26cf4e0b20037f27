package io.sallyport.server;

import io.sallyport.simulated.google.SimulatedGoogle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test classes one {@link ServerFixture} without identities, which is opened for the first of them and closed
 * after all tests. It is for requests that change nothing: framing, methods and paths, and what is refused before it
 * reaches a route.
 */
final class SharedStageFixture implements ParameterResolver {
    private record Opened(SimulatedGoogle google, ServerFixture stage) implements AutoCloseable {
        static Opened open() {
            try {
                SimulatedGoogle google = ServerFixture.google();
                Path data = Files.createTempDirectory(Path.of("target"), "shared-stage");
                return new Opened(google, ServerFixture.open(google, data, Map.of(), List.of()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            stage.close();
            google.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == ServerFixture.class;
    }

    @Override
    public ServerFixture resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getRoot()
                .getStore(Namespace.create(SharedStageFixture.class))
                .getOrComputeIfAbsent(Opened.class, key -> Opened.open(), Opened.class)
                .stage();
    }
}
