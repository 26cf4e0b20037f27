package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code oidc-provider} on Node, from npm. */
final class NodePeer {
    private static final String PROGRAM = "oidc-provider.mjs";

    private NodePeer() {}

    /**
     * Installs it in the build's own folder.
     *
     * @return node's command; empty if there is no npm
     */
    static Optional<Path> install(Plan plan) throws IOException, InterruptedException {
        Optional<Path> node = onPath("node");
        Optional<Path> npm = onPath("npm");
        if (node.isEmpty() || npm.isEmpty()) {
            return Optional.empty();
        }
        Path folder = Files.createDirectories(plan.target("node"));
        for (String file : List.of("package.json", "package-lock.json", PROGRAM)) {
            Files.copy(
                    plan.module().resolve("src/main/node").resolve(file),
                    folder.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        int exit = new ProcessBuilder(npm.get().toString(), "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                .directory(folder.toFile())
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("npm ci ended with " + exit);
        }
        return node;
    }

    static Subject subject(Plan plan, HttpMessage request) {
        return new Subject(
                "oidc-provider, client_credentials",
                port -> List.of(plan.target("node").resolve(PROGRAM).toString(), Integer.toString(port)),
                Map.of("PEER_CLIENT", Peers.CLIENT.value(), "PEER_SECRET", Peers.SECRET),
                Optional.of(request));
    }

    private static Optional<Path> onPath(String command) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator, -1))
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
