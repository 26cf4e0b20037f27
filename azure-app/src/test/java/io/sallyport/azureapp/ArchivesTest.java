package io.sallyport.azureapp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.azureapp.PackagesPage.Listed;
import io.sallyport.azureapp.RouteTable.Row;
import io.sallyport.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The deployed files: each function's jar, and the archives that contain it. Runs after they are built. */
class ArchivesTest {
    /** The maximum size of these jars: a cloud reads the jar before it answers the first request. */
    private static final long MAX_SIZE = 27_000_000;

    private static final Path AZURE = Path.of("target/sallyport-azure.zip");

    private static final Pattern NOT_DEPLOYED =
            Pattern.compile("^io\\.sallyport\\.(server|cli|demo|simulated|testing|platforms|bench|azureapp)\\b"
                    + "|(^|\\.)(testing|junit|mockito|assertj|sqlite|picocli)(\\.|$)");

    static Stream<Path> jars() {
        return Stream.concat(RouteTable.archives().stream().map(ArchivesTest::jar), Stream.of(jar("azure-app")));
    }

    static List<String> archives() {
        return RouteTable.archives();
    }

    private static Path jar(String module) {
        return target(module, module + ".jar");
    }

    private static Path target(String module, String file) {
        return Path.of("..", module, "target", file);
    }

    @ParameterizedTest
    @MethodSource("jars")
    void carriesNoPackageThatThePageDoesNotName(Path jar) throws Exception {
        List<Listed> listed = PackagesPage.packages();
        assertThat(Archive.open(jar).packages())
                .isNotEmpty()
                .filteredOn(name -> listed.stream().noneMatch(each -> each.covers(name)))
                .isEmpty();
    }

    @Test
    void everyPackageThatThePageNamesIsCarried() throws Exception {
        TreeSet<String> carried = new TreeSet<>();
        for (Path jar : jars().toList()) {
            carried.addAll(Archive.open(jar).packages());
        }
        assertThat(PackagesPage.packages())
                .isNotEmpty()
                .filteredOn(listed -> carried.stream().noneMatch(listed::covers))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("jars")
    void carriesNothingOfTestsOrOfTheLocalServer(Path jar) throws Exception {
        assertThat(Archive.open(jar).packages())
                .filteredOn(NOT_DEPLOYED.asPredicate())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("jars")
    void hasNoSignatureOfAnotherJarAndNoModule(Path jar) throws Exception {
        List<String> names = Archive.open(jar).names();
        assertThat(names).doesNotHaveDuplicates();
        assertThat(names)
                .filteredOn(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)|META-INF/(maven|versions)/.*")
                        || name.endsWith("module-info.class"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("jars")
    void keepsLicencesAndNotices(Path jar) throws Exception {
        Archive archive = Archive.open(jar);
        assertThat(archive.names())
                .contains("META-INF/LICENSE.txt", "META-INF/NOTICE.txt", "META-INF/license/LICENSE.boringssl.txt");
        assertThat(archive.text("META-INF/NOTICE")).contains("Jackson JSON processor", "The Sallyport Authors");
        assertThat(archive.holds(
                        "META-INF/THIRD-PARTY-NOTICES.txt", Files.readAllBytes(Path.of("../THIRD-PARTY-NOTICES.txt"))))
                .isTrue();
        assertThat(archive.text("META-INF/LICENSE")).contains("Apache License");
    }

    @ParameterizedTest
    @MethodSource("jars")
    void findsEveryServiceThatGrpcLooksFor(Path jar) throws Exception {
        Archive archive = Archive.open(jar);
        assertThat(archive.text("META-INF/services/io.grpc.NameResolverProvider")
                        .lines())
                .contains("io.grpc.internal.DnsNameResolverProvider")
                .hasSizeGreaterThan(1);
        assertThat(archive.text("META-INF/services/io.grpc.LoadBalancerProvider")
                        .lines())
                .contains("io.grpc.internal.PickFirstLoadBalancerProvider")
                .hasSizeGreaterThan(1);
    }

    /** Functions work with or without these libraries, but without them they use the JDK's TLS and signatures. */
    @ParameterizedTest
    @MethodSource("jars")
    void hasNativeLibrariesForLinuxAlone(Path jar) throws Exception {
        assertThat(Archive.open(jar).names())
                .filteredOn(name -> name.startsWith("META-INF/native/"))
                .hasSize(6)
                .allMatch(name -> name.matches(".*[_-](linux|epoll)[_-](x86|aarch)_64\\.so"));
    }

    @ParameterizedTest
    @MethodSource("jars")
    void isNotLarge(Path jar) throws Exception {
        assertThat(Files.size(jar)).isLessThan(MAX_SIZE);
    }

    @ParameterizedTest
    @MethodSource("archives")
    void hasOnlyTheClassesThatItsFunctionsNeed(String archive) throws Exception {
        List<String> names = Archive.open(jar(archive)).names();
        for (Row row : RouteTable.rows()) {
            assertThat(names.contains(row.file()))
                    .as(row.type())
                    .isEqualTo(row.archive().equals(archive));
        }
    }

    @ParameterizedTest
    @MethodSource("archives")
    void forGoogleIsTheJarInTheRoot(String archive) throws Exception {
        holdsTheJarAlone(target(archive, archive + "-gcp.zip"), archive, archive + ".jar");
    }

    @ParameterizedTest
    @MethodSource("archives")
    void forAmazonIsTheJarInLib(String archive) throws Exception {
        holdsTheJarAlone(target(archive, archive + "-aws.zip"), archive, "lib/" + archive + ".jar");
    }

    private static void holdsTheJarAlone(Path zip, String module, String name) throws Exception {
        Archive archive = Archive.open(zip);
        assertThat(archive.names()).containsExactly(name);
        assertThat(archive.holds(name, Files.readAllBytes(jar(module)))).isTrue();
    }

    @Test
    void forAzureIsOneJarWithEveryFunction() throws Exception {
        assertThat(Archive.open(AZURE).holds("sallyport.jar", Files.readAllBytes(jar("azure-app"))))
                .isTrue();
        assertThat(Archive.open(jar("azure-app")).names())
                .containsAll(RouteTable.rows().stream().map(Row::file).toList());
    }

    @Test
    void forAzureDescribesEveryFunctionAndNothingElse() throws Exception {
        Archive archive = Archive.open(AZURE);
        List<FunctionFile> functions = FunctionFiles.read(RouteTable.FILE, "sallyport.jar");
        assertThat(archive.names())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("host.json", "sallyport.jar"),
                                functions.stream().map(function -> function.name() + "/function.json"))
                        .toList());
        for (FunctionFile function : functions) {
            assertThat(archive.text(function.name() + "/function.json"))
                    .isEqualTo(Json.writeString(function.content()));
        }
    }

    /** With Azure's default prefix "api", no path would match the route table. */
    @Test
    void forAzureHasNoPrefixBeforeItsPaths() throws Exception {
        assertThat(Json.parseObject(Archive.open(AZURE).text("host.json")))
                .isEqualTo(Map.of("version", "2.0", "extensions", Map.of("http", Map.of("routePrefix", ""))));
    }
}
