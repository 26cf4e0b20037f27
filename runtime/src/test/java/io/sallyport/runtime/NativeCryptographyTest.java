package io.sallyport.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.FastSignatures;
import io.sallyport.runtime.FaultyProvider.Fault;
import io.sallyport.testing.NoKms;
import io.sallyport.testing.TestEnvironment;
import io.sallyport.token.Signer;
import io.sallyport.token.SigningKeys;
import java.nio.file.Path;
import java.security.Provider;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class NativeCryptographyTest {
    private static final byte[] INPUT = "a token".getBytes(UTF_8);

    private final TestEnvironment world = new TestEnvironment();
    private final ECKey key = generate();
    private final Signer signer =
            SigningKeys.parsePrivate(new JWKSet(key).toString(false)).signer(NoKms.SUPPLIER);

    private static ECKey generate() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void useJdk() {
        FastSignatures.useJdk();
    }

    private void load(Supplier<Provider> library) {
        new NativeCryptography(world.environment(), library).load();
    }

    /** Signs and verifies as logins do. */
    private void signAndVerify() throws Exception {
        byte[] signature = signer.sign(INPUT);
        assertThat(Algorithm.ES256.verifies(INPUT, signature, key.toPublicKey()))
                .isTrue();
        assertThat(Algorithm.ES256.verifies("another".getBytes(UTF_8), signature, key.toPublicKey()))
                .isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void usesConscryptAndSaysNothing() throws Exception {
        load(NativeCryptography::conscrypt);

        assertThat(Algorithm.fast()).get().asString().contains("Conscrypt");
        signAndVerify();
        assertThat(Algorithm.fast()).isPresent();
        assertThat(world.lines()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void leavesNoFolderBehind() {
        NativeCryptography.conscrypt();

        assertThat(Path.of(System.getProperty(NativeCryptography.FOLDER)))
                .hasParentRaw(Path.of(System.getProperty("java.io.tmpdir")))
                .doesNotExist();
    }

    @Test
    void usesAProviderWithoutFaults() throws Exception {
        load(() -> new FaultyProvider(Fault.NONE));

        signAndVerify();
        assertThat(Algorithm.fast()).isPresent();
        assertThat(world.lines()).isEmpty();
    }

    @Test
    void keepsTheJdkWhereTheLibraryCannotBeLoaded() throws Exception {
        load(() -> {
            throw new UnsatisfiedLinkError("failed to map segment from shared object");
        });

        assertThat(Algorithm.fast()).isEmpty();
        signAndVerify();
        assertThat(world.logged())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("severity", "WARNING")
                        .containsEntry("message", "native cryptography is not used")
                        .containsEntry("exception", UnsatisfiedLinkError.class.getName())
                        .containsEntry("detail", "failed to map segment from shared object"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void keepsTheJdkWhereTheTrialFails(Fault fault) throws Exception {
        load(() -> new FaultyProvider(fault));

        assertThat(Algorithm.fast()).isEmpty();
        signAndVerify();
        assertThat(world.logged())
                .singleElement()
                .satisfies(line -> assertThat(line).containsEntry("message", "native cryptography is not used"));
    }

    @Test
    void keepsTheJdkIfAnAlgorithmIsMissing() throws Exception {
        load(() -> new FaultyProvider(Fault.NONE).without("SHA256withRSA/PSS"));

        assertThat(Algorithm.fast()).isEmpty();
        assertThat(world.lines()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS_TO_SIGN", "FAILS_TO_VERIFY", "LOSES_ITS_LIBRARY", "ASSERTS", "SIGNS_NOISE"})
    void returnsToTheJdkWhenTheLibraryFailsLater(Fault fault) throws Exception {
        FaultyProvider provider = new FaultyProvider(Fault.NONE);
        load(() -> provider);
        signAndVerify();
        provider.begin(fault);

        signAndVerify();
        signAndVerify();

        assertThat(Algorithm.fast()).isEmpty();
        assertThat(world.logged())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("severity", "WARNING")
                        .containsEntry("message", "native cryptography failed and is no longer used"));
        assertThat(world.lines().get(0)).doesNotContain("the secret of these tests");
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSES_ALL", "CANNOT_SIGN"})
    void asksTheJdkForWhatTheLibraryDoesNotTake(Fault refusal) throws Exception {
        FaultyProvider provider = new FaultyProvider(Fault.NONE);
        load(() -> provider);
        provider.begin(refusal);

        signAndVerify();

        assertThat(Algorithm.fast()).isPresent();
        assertThat(world.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', Linux, amd64, true",
        "on, Linux, aarch64, true",
        "off, Linux, amd64, false",
        "' off ', Linux, amd64, false",
        "'', Mac OS X, aarch64, false",
        "'', Windows 11, amd64, false",
        "'', Linux, riscv64, false"
    })
    void isWantedOnLinuxUnlessItIsOff(String setting, String system, String architecture, boolean wanted) {
        Map<String, String> variables = setting.isEmpty() ? Map.of() : Map.of("SALLYPORT_NATIVE_CRYPTOGRAPHY", setting);
        assertThat(NativeCryptography.isWanted(new TestEnvironment(variables).environment(), system, architecture))
                .isEqualTo(wanted);
    }
}
