package io.sallyport.platforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.store.firestore.FirestoreEmulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * The packaged archives in the runtimes of the three clouds: the same cases for all, and the page with their results.
 */
@ExtendWith(OnArchives.class)
final class PlatformsTest {
    private static final Path PAGE = Path.of("../docs/platforms.md");

    @TempDir
    private static Path folder;

    private static Optional<String> emulator = Optional.empty();
    private static Map<Platform, DeploymentFixture> clouds = Map.of();

    private final PlatformsPage page = new PlatformsPage();

    @BeforeAll
    static void deploy() throws Exception {
        emulator = emulator();
        clouds = Arrays.stream(Platform.values())
                .collect(Collectors.toMap(
                        Function.identity(),
                        platform -> new DeploymentFixture(platform, new CloudWorldFixture(emulator), folder)));
        for (DeploymentFixture cloud : clouds.values()) {
            cloud.world().register();
        }
    }

    private static Optional<String> emulator() {
        try {
            return Optional.of(FirestoreEmulator.hostAndPort());
        } catch (TestAbortedException e) {
            return Optional.empty();
        }
    }

    @AfterAll
    static void end() {
        clouds.values().forEach(DeploymentFixture::close);
    }

    private static List<Case> cases() {
        return Stream.of(LoginCases.all(), SessionCases.all(), HttpCases.all(), AddressCases.all(), OperatorCases.all())
                .flatMap(List::stream)
                .toList();
    }

    @TestFactory
    Stream<DynamicNode> everyCaseOnEveryPlatform() {
        List<DynamicNode> nodes = new ArrayList<>();
        for (Platform platform : Platform.values()) {
            nodes.add(DynamicContainer.dynamicContainer(
                    platform.title(),
                    cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each, platform)))));
        }
        nodes.add(DynamicTest.dynamicTest("docs/platforms.md is what was seen", this::comparePage));
        return nodes.stream();
    }

    private void check(Case each, Platform platform) throws Exception {
        page.expect(each);
        Optional<String> reason = each.whyNotOn(platform);
        if (reason.isPresent()) {
            page.note(each, platform, "not applicable: " + reason.get());
            assumeFalse(true, reason.get());
        }
        assumeTrue(
                platform != Platform.AWS || LambdaRuntime.runsHere(), "AWS's runtime is for Linux on x86-64 and arm64");
        assumeTrue(
                emulator.isPresent() || !each.needsStore(),
                "no Firestore emulator: set FIRESTORE_EMULATOR_HOST, or install the Google Cloud SDK's"
                        + " cloud-firestore-emulator");
        each.check().on(clouds.get(platform));
        page.note(each, platform, "ok");
    }

    private void comparePage() throws Exception {
        Files.writeString(Path.of("target/platforms.md"), page.text());
        assumeTrue(page.isComplete(), "not every case was run, or one failed");
        if (Boolean.getBoolean("platforms.write")) {
            Files.writeString(PAGE, page.text());
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("run again with -Dplatforms.write=true to write docs/platforms.md anew")
                .isEqualTo(page.text());
    }
}
