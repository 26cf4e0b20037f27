package io.sallyport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.CredentialVerifier;
import io.sallyport.runtime.Stores;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The layout of {@code docs/design.md}, in every module of the command line and the demo. */
final class ArchitectureTest {
    private static final String ROOT = "io.sallyport";
    private static final int MAX_CLASSES = 25;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar") && !location.contains(ownTests()))
            .importPackages(ROOT);

    /** Each layer, and the layers that it may use. */
    private static final Map<String, List<String>> LAYERS = new LinkedHashMap<>();

    static {
        // Inside common.
        layer("root");
        layer("json");
        layer("jwt", "json");
        layer("http", "jwt", "json");
        layer("token", "jwt", "json");
        layer("secret", "http");
        layer("audit", "token", "http", "json");
        layer("identity", "secret", "token", "http", "jwt", "json");
        layer("method", "identity", "secret", "token", "http", "jwt", "json");
        layer("login", "method", "identity", "audit", "token", "http", "jwt", "json");
        layer("session", "login", "method", "identity", "audit", "token", "http", "jwt", "json");
        layer("oauth", "session", "login", "method", "identity", "secret", "audit", "token", "http", "jwt", "json");
        layer("admin", "method", "identity", "secret", "token", "http", "jwt", "json");
        List<String> common = List.copyOf(LAYERS.keySet());
        // The modules above it.
        layer("settings", "http");
        layer("outbound", "settings", "secret", "audit", "token", "http", "jwt", "json");
        layer("store.firestore", "outbound", "identity", "token", "json");
        layer("store.sqlite", "method", "identity", "token", "json");
        layer("runtime", common, "settings", "outbound", "store.firestore");
        for (String function : List.of(
                "gcplogin",
                "azurelogin",
                "k8slogin",
                "awslogin",
                "universallogin",
                "jwtlogin",
                "renew",
                "tokenservice",
                "adminapi",
                "keyrotation")) {
            layer(function, common, "outbound", "runtime");
        }
        List<String> functions = List.copyOf(LAYERS.keySet());
        layer("server", functions);
        layer("cli", functions, "server");
        layer("simulated");
        layer("demo", functions, "server", "cli", "simulated");
    }

    /** What uses a provider's folder besides the list of providers; each is the only place for its reason. */
    private static final Map<String, Set<String>> USES_OF_PROVIDERS = Map.ofEntries(
            // A login function builds only its own method's verifier.
            Map.entry("io.sallyport.gcplogin.GcpLoginFunction", Set.of("gcp")),
            Map.entry("io.sallyport.azurelogin.AzureLoginFunction", Set.of("azure")),
            Map.entry("io.sallyport.jwtlogin.JwtLoginFunction", Set.of("oidc", "jwt", "spiffe")),
            Map.entry("io.sallyport.k8slogin.K8sLoginFunction", Set.of("kubernetes")),
            Map.entry("io.sallyport.awslogin.AwsLoginFunction", Set.of("aws")),
            Map.entry("io.sallyport.universallogin.UniversalLoginFunction", Set.of("clientsecret")),
            // OAuth clients authenticate as RFC 6749 and RFC 7523 define, with a secret or a key, in two forms of
            // requests.
            Map.entry("io.sallyport.oauth.ClientAuthenticator", Set.of("clientkey", "clientsecret")),
            // The token service knows the audience of a client's own assertions.
            Map.entry("io.sallyport.tokenservice.Clients", Set.of("clientkey")),
            // Infisical's routes manage client secrets one by one.
            Map.entry("io.sallyport.adminapi.UniversalRoutes", Set.of("clientsecret")),
            Map.entry("io.sallyport.adminapi.UniversalViews", Set.of("clientsecret")),
            // Its commands manage client secrets.
            Map.entry("io.sallyport.cli.identity.ClientSecretCommand", Set.of("clientsecret")));

    private static String ownTests() {
        ProtectionDomain domain = ArchitectureTest.class.getProtectionDomain();
        return domain.getCodeSource().getLocation().getPath();
    }

    private static void layer(String name, String... below) {
        layer(name, List.of(), below);
    }

    private static void layer(String name, List<String> below, String... more) {
        List<String> all = new ArrayList<>(below);
        all.addAll(List.of(more));
        if (!name.equals("root") && !name.equals("json") && !name.equals("simulated") && !all.contains("root")) {
            all.add("root");
        }
        LAYERS.put(name, all);
    }

    @Test
    void importsRunOneWay() {
        Architectures.LayeredArchitecture architecture =
                Architectures.layeredArchitecture().consideringOnlyDependenciesInAnyPackage("io.sallyport..");
        for (String layer : LAYERS.keySet()) {
            architecture = architecture.layer(layer).definedBy(layer.equals("root") ? ROOT : ROOT + "." + layer + "..");
        }
        for (Map.Entry<String, List<String>> layer : LAYERS.entrySet()) {
            architecture = layer.getValue().isEmpty()
                    ? architecture.whereLayer(layer.getKey()).mayNotAccessAnyLayer()
                    : architecture
                            .whereLayer(layer.getKey())
                            .mayOnlyAccessLayers(layer.getValue().toArray(String[]::new));
        }
        architecture.ensureAllClassesAreContainedInArchitecture().check(CLASSES);
    }

    @Test
    void noPackageDependsOnItselfByWayOfAnother() {
        slices().matching("io.sallyport.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** Each subclass can create a {@link io.sallyport.method.Verified}, which other code trusts. */
    @Test
    void verifiersLiveBesideTheAuthMethods() {
        classes()
                .that()
                .areAssignableTo(CredentialVerifier.class)
                .should()
                .resideInAPackage("io.sallyport.method..")
                .check(CLASSES);
    }

    @Test
    void theListOfProvidersIsTheOnlyPlaceThatNamesThemAll() {
        Set<String> folders = packagesOf(type -> type.isAssignableTo(Provider.class) && !type.isInterface());
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            type.getDirectDependenciesFromSelf().forEach(dependency -> {
                String folder = dependency.getTargetClass().getPackageName();
                if (folders.contains(folder)
                        && !folder.equals(type.getPackageName())
                        && !type.getPackageName().equals("io.sallyport.method.provider")) {
                    uses.computeIfAbsent(outermost(type), user -> new TreeSet<>())
                            .add(folder.substring(folder.lastIndexOf('.') + 1));
                }
            });
        }

        assertThat(folders)
                .hasSizeGreaterThanOrEqualTo(6)
                .allMatch(folder -> folder.startsWith("io.sallyport.method."));
        assertThat(uses).isEqualTo(USES_OF_PROVIDERS);
    }

    @Test
    void cloudsAreNamedAtTheEdgesOnly() {
        Set<String> functions = Set.of(
                "gcplogin",
                "azurelogin",
                "k8slogin",
                "awslogin",
                "universallogin",
                "jwtlogin",
                "renew",
                "tokenservice",
                "adminapi",
                "keyrotation");
        assertThat(dependingOn("com.google.cloud.", "com.google.firestore.", "com.google.protobuf.", "io.grpc."))
                .isEqualTo(Set.of("store.firestore", "runtime.adapter", "server.http"));
        assertThat(dependingOn("com.google.api.", "com.google.auth."))
                .isEqualTo(Set.of("store.firestore", "outbound.google"));
        // The frameworks that call a function: the server calls it as Google's does; Azure's is in each entry class.
        assertThat(dependingOn("com.google.cloud.functions.")).isEqualTo(Set.of("runtime.adapter", "server.http"));
        assertThat(dependingOn("org.eclipse.jetty.")).isEqualTo(Set.of("server.http"));
        assertThat(dependingOn("com.amazonaws.", "software.amazon.")).isEqualTo(Set.of("runtime.adapter"));
        Set<String> azure = new TreeSet<>(functions);
        azure.add("runtime.adapter");
        assertThat(dependingOn("com.microsoft.", "com.azure.")).isEqualTo(azure);
    }

    @Test
    void theEnvironmentIsReadByTheRuntimeAndTheCommandLine() {
        assertThat(calling(System.class, "getenv", "getProperty", "getProperties"))
                .isEqualTo(Set.of("runtime", "cli.command", "cli.workload"));
        assertThat(calling(System.class, "exit")).isEqualTo(Set.of("cli"));
    }

    @Test
    void timeIsReadAtTheEdgesOnly() {
        // For time limits of calls, and for what is counted in this process.
        assertThat(calling(System.class, "currentTimeMillis", "nanoTime"))
                .isEqualTo(Set.of(
                        "outbound",
                        "outbound.google",
                        "store.firestore",
                        "runtime",
                        "runtime.adapter",
                        "server.http",
                        "cli"));
        Set<String> readers = new TreeSet<>();
        for (Class<?> type : List.of(
                java.time.Instant.class,
                java.time.LocalDate.class,
                java.time.LocalDateTime.class,
                java.time.ZonedDateTime.class,
                java.time.OffsetDateTime.class)) {
            readers.addAll(calling(type, "now"));
        }
        readers.addAll(calling(java.time.InstantSource.class, "system"));
        readers.addAll(calling(java.time.Clock.class, "system", "systemUTC", "systemDefaultZone"));
        // Google's credentials are created where no environment is available; programs and people's commands have their
        // own clock.
        assertThat(readers).isEqualTo(Set.of("runtime", "outbound.google", "cli", "cli.identity", "cli.workload"));
    }

    /** A function that opened the configured store itself would have no managed keys. */
    @Test
    void functionsOpenTheirStoresWithTheirKeys() {
        assertThat(calling(Stores.class, "open")).isEqualTo(Set.of("runtime", "server"));
    }

    @Test
    void randomnessIsMadeAtTheEdgesOnly() {
        Set<String> random = new TreeSet<>(using(type -> type.isAssignableTo(java.util.Random.class)
                || type.isEquivalentTo(java.util.SplittableRandom.class)
                || type.isEquivalentTo(java.util.concurrent.ThreadLocalRandom.class)));
        random.addAll(calling(java.util.UUID.class, "randomUUID"));
        random.addAll(calling(Math.class, "random"));
        assertThat(random).isEqualTo(Set.of("runtime", "server", "cli.command", "cli.identity"));
    }

    @Test
    void theNetworkIsReachedAtTheEdgesOnly() {
        assertThat(using(type -> type.isAssignableTo(java.net.URLConnection.class)
                        || type.isEquivalentTo(java.net.URL.class)
                        || type.isAssignableTo(java.net.Socket.class)
                        || type.isAssignableTo(java.net.ServerSocket.class)
                        || type.isAssignableTo(java.net.InetAddress.class)
                        || type.isAssignableTo(java.nio.channels.NetworkChannel.class)
                        || type.getPackageName().equals("java.net.http")))
                .isEqualTo(Set.of("settings", "outbound", "server", "cli", "cli.workload"));
    }

    @Test
    void noPackageHasMoreClassesThanAPageShows() {
        Map<String, Integer> sizes = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            if (type.isTopLevelClass() && !type.getSimpleName().equals("package-info")) {
                sizes.merge(type.getPackageName(), 1, Integer::sum);
            }
        }
        assertThat(sizes)
                .isNotEmpty()
                .allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(MAX_CLASSES));
    }

    @Test
    void everyPackageSaysThatNullIsNowhere() {
        assertThat(CLASSES.stream().map(JavaClass::getPackage).distinct())
                .isNotEmpty()
                .allSatisfy(ours -> assertThat(ours.tryGetPackageInfo())
                        .as(ours.getName())
                        .hasValueSatisfying(info -> assertThat(info.isAnnotatedWith(NullMarked.class))
                                .isTrue()));
    }

    /** A layer without a class would not be checked at all. */
    @Test
    void looksAtEveryModule() {
        Set<String> packages = packagesOf(type -> true);
        assertThat(LAYERS.keySet())
                .allMatch(layer -> layer.equals("root")
                        ? packages.contains(ROOT)
                        : packages.stream().anyMatch(name -> (name + ".").startsWith(ROOT + "." + layer + ".")));
        assertThat(CLASSES.stream().map(JavaClass::getSimpleName)).noneMatch(name -> name.endsWith("Test"));
    }

    private static Set<String> packagesOf(Predicate<JavaClass> predicate) {
        Set<String> packages = new TreeSet<>();
        CLASSES.stream().filter(predicate).map(JavaClass::getPackageName).forEach(packages::add);
        return packages;
    }

    private static String outermost(JavaClass type) {
        String name = type.getName();
        return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
    }

    /** The packages of the product, without {@code io.sallyport.}, that contain such a class. */
    private static Set<String> productPackages(Predicate<JavaClass> predicate) {
        Set<String> packages = new TreeSet<>();
        for (String name : packagesOf(predicate)) {
            if (!name.startsWith("io.sallyport.demo") && !name.startsWith("io.sallyport.simulated")) {
                packages.add(name.equals(ROOT) ? ROOT : name.substring(ROOT.length() + 1));
            }
        }
        return packages;
    }

    private static Set<String> using(Predicate<JavaClass> used) {
        return productPackages(type -> type.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency -> used.test(dependency.getTargetClass())));
    }

    private static Set<String> dependingOn(String... prefixes) {
        return using(type -> {
            for (String prefix : prefixes) {
                if ((type.getPackageName() + ".").startsWith(prefix)) {
                    return true;
                }
            }
            return false;
        });
    }

    private static Set<String> calling(Class<?> owner, String... names) {
        Predicate<JavaAccess<?>> calls = access ->
                access.getTargetOwner().isEquivalentTo(owner) && Set.of(names).contains(access.getName());
        return productPackages(type -> type.getAccessesFromSelf().stream().anyMatch(calls));
    }
}
