package io.sallyport.platforms;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Something that must hold on every platform.
 *
 * @param needsStore whether it uses the store
 * @param elsewhere where it has no meaning, and why
 */
record Case(String name, boolean needsStore, Map<Platform, String> elsewhere, Check check) {
    @FunctionalInterface
    interface Check {
        void on(DeploymentFixture cloud) throws Exception;
    }

    static Case of(String name, Check check) {
        return new Case(name, false, Map.of(), check);
    }

    static Case onStore(String name, Check check) {
        return new Case(name, true, Map.of(), check);
    }

    Case butNotOn(Platform platform, String reason) {
        Map<Platform, String> more = new EnumMap<>(Platform.class);
        more.putAll(elsewhere);
        more.put(platform, reason);
        return new Case(name, needsStore, Map.copyOf(more), check);
    }

    Optional<String> whyNotOn(Platform platform) {
        return Optional.ofNullable(elsewhere.get(platform));
    }
}
