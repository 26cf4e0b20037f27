package io.sallyport;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import io.sallyport.method.CredentialVerifier;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The import lines of DESIGN.md, as far as they run within this module. */
final class ArchitectureTest {
    private static final String RUNTIME = "io.sallyport.runtime..";
    private static final String FIRESTORE = "io.sallyport.store.firestore..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/simulated/"))
            .importPackages("io.sallyport");

    @Test
    void importsRunOneWay() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.sallyport..")
                .layer("runtime")
                .definedBy(RUNTIME)
                .layer("firestore")
                .definedBy(FIRESTORE)
                .layer("admin")
                .definedBy("io.sallyport.admin..")
                .layer("oauth")
                .definedBy("io.sallyport.oauth..")
                .layer("session")
                .definedBy("io.sallyport.session..")
                .layer("login")
                .definedBy("io.sallyport.login..")
                .layer("audit")
                .definedBy("io.sallyport.audit..")
                .layer("identity")
                .definedBy("io.sallyport.identity..")
                .layer("token")
                .definedBy("io.sallyport.token..")
                .layer("jwt")
                .definedBy("io.sallyport.jwt..")
                .layer("http")
                .definedBy("io.sallyport.http..")
                .layer("json")
                .definedBy("io.sallyport.json..")
                .layer("root")
                .definedBy("io.sallyport")
                .whereLayer("runtime")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("runtime")
                .mayOnlyAccessLayers(
                        "firestore",
                        "oauth",
                        "session",
                        "login",
                        "audit",
                        "identity",
                        "token",
                        "jwt",
                        "http",
                        "json",
                        "root")
                .whereLayer("firestore")
                .mayOnlyAccessLayers("identity", "token", "json", "root")
                .whereLayer("admin")
                .mayOnlyAccessLayers("session", "login", "audit", "identity", "token", "jwt", "http", "json", "root")
                .whereLayer("oauth")
                .mayOnlyAccessLayers("session", "login", "audit", "identity", "token", "jwt", "http", "json", "root")
                .whereLayer("session")
                .mayOnlyAccessLayers("login", "audit", "identity", "token", "jwt", "http", "json", "root")
                .whereLayer("login")
                .mayOnlyAccessLayers("audit", "identity", "token", "jwt", "http", "json", "root")
                .whereLayer("audit")
                .mayOnlyAccessLayers("token", "http", "json", "root")
                .whereLayer("identity")
                .mayOnlyAccessLayers("token", "jwt", "json", "root")
                .whereLayer("token")
                .mayOnlyAccessLayers("jwt", "json", "root")
                .whereLayer("jwt")
                .mayOnlyAccessLayers("json", "root")
                .whereLayer("http")
                .mayOnlyAccessLayers("json", "root")
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("audit", "admin", "oauth", "session", "login", "runtime")
                .whereLayer("json")
                .mayNotAccessAnyLayer()
                .whereLayer("root")
                .mayNotAccessAnyLayer()
                .ensureAllClassesAreContainedInArchitecture()
                .check(CLASSES);
    }

    @Test
    void noPackageDependsOnItself() {
        slices().matching("io.sallyport.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** Each subclass can make a {@link io.sallyport.method.Verified}: what it says is believed. */
    @Test
    void verifiersLiveBesideTheAuthMethods() {
        classes()
                .that()
                .areAssignableTo(CredentialVerifier.class)
                .should()
                .resideInAPackage("io.sallyport.identity..")
                .check(CLASSES);
    }

    @Test
    void cloudsAreNamedAtTheEdgesOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(RUNTIME, FIRESTORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.google.cloud..",
                        "com.google.api..",
                        "com.google.auth..",
                        "com.google.protobuf..",
                        "com.google.firestore..",
                        "com.azure..",
                        "com.microsoft..",
                        "com.amazonaws..",
                        "software.amazon..",
                        "io.grpc..")
                .check(CLASSES);
    }

    @Test
    void onlyTheRuntimeReachesTheOutsideWorld() {
        noClasses()
                .that()
                .resideOutsideOfPackage(RUNTIME)
                .should()
                .accessTargetWhere(
                        target(System.class, Set.of("getenv", "getProperty", "currentTimeMillis", "nanoTime", "exit"))
                                .or(target(java.time.Instant.class, Set.of("now")))
                                .or(target(java.time.LocalDateTime.class, Set.of("now")))
                                .or(target(java.time.ZonedDateTime.class, Set.of("now")))
                                .or(target(java.time.OffsetDateTime.class, Set.of("now")))
                                .or(target(java.time.InstantSource.class, Set.of("system")))
                                .or(target(java.time.Clock.class, Set.of("systemUTC", "systemDefaultZone", "system")))
                                .or(target(java.util.UUID.class, Set.of("randomUUID")))
                                .or(target(Math.class, Set.of("random"))))
                .check(CLASSES);
    }

    @Test
    void onlyTheRuntimeUsesRandomnessOrTheNetwork() {
        noClasses()
                .that()
                .resideOutsideOfPackage(RUNTIME)
                .should()
                .dependOnClassesThat(describe(
                        "are random, or reach the network",
                        (JavaClass type) -> type.isAssignableTo(java.util.Random.class)
                                || type.isEquivalentTo(java.util.SplittableRandom.class)
                                || type.isAssignableTo(java.net.URLConnection.class)
                                || type.isEquivalentTo(java.net.URL.class)
                                || type.isAssignableTo(java.net.Socket.class)
                                || type.isEquivalentTo(java.net.InetAddress.class)
                                || type.getPackageName().equals("java.net.http")))
                .check(CLASSES);
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

    @Test
    void looksAtEveryPackage() {
        assertThat(CLASSES.stream()
                        .map(JavaClass::getPackage)
                        .map(JavaPackage::getName)
                        .distinct())
                .contains(
                        "io.sallyport",
                        "io.sallyport.admin",
                        "io.sallyport.http",
                        "io.sallyport.identity",
                        "io.sallyport.json",
                        "io.sallyport.jwt",
                        "io.sallyport.login",
                        "io.sallyport.oauth",
                        "io.sallyport.runtime",
                        "io.sallyport.store.firestore",
                        "io.sallyport.token");
    }

    private static DescribedPredicate<JavaAccess<?>> target(Class<?> owner, Set<String> names) {
        return describe(
                owner.getSimpleName() + " " + names,
                access -> access.getTargetOwner().isEquivalentTo(owner) && names.contains(access.getName()));
    }
}
