package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.adminapi.AdminFunction;
import io.sallyport.awslogin.AwsLoginFunction;
import io.sallyport.azurelogin.AzureLoginFunction;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.http.Routes;
import io.sallyport.json.Json;
import io.sallyport.jwtlogin.JwtLoginFunction;
import io.sallyport.k8slogin.K8sLoginFunction;
import io.sallyport.renew.RenewFunction;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.tokenservice.IntrospectionFunction;
import io.sallyport.tokenservice.TokenFunction;
import io.sallyport.tokenservice.WellKnownFunction;
import io.sallyport.universallogin.UniversalLoginFunction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The route table from which Terraform deploys, {@code terraform/modules/routes/routes.json}, matches the code's routes
 * and needs.
 */
class RouteTableTest {
    private static final List<Class<? extends CloudFunction>> FUNCTIONS = List.of(
            GcpLoginFunction.class,
            AzureLoginFunction.class,
            K8sLoginFunction.class,
            AwsLoginFunction.class,
            UniversalLoginFunction.class,
            JwtLoginFunction.class,
            RenewFunction.class,
            TokenFunction.class,
            IntrospectionFunction.class,
            WellKnownFunction.class,
            AdminFunction.class);

    private final Map<String, ?> table;
    private final Map<String, String> variables;

    RouteTableTest() throws Exception {
        table = Json.parseObject(Files.readString(Path.of("../terraform/modules/routes/routes.json")));
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        variables = Map.of(
                "SALLYPORT_ISSUER", "https://login.example.com",
                "SALLYPORT_SIGNING_KEYS", keySet(key),
                "SALLYPORT_PUBLIC_KEYS", keySet(key.toPublicJWK()),
                "SALLYPORT_STORE", "firestore:shop/sallyport",
                "FIRESTORE_EMULATOR_HOST", "127.0.0.1:1");
    }

    private static String keySet(ECKey key) {
        return Json.writeString(Map.of("keys", List.of(key.toJSONObject())));
    }

    @Test
    void namesEveryFunction() {
        assertThat(table.values().stream().map(function -> String.valueOf(((Map<?, ?>) function).get("class"))))
                .containsExactlyInAnyOrderElementsOf(
                        FUNCTIONS.stream().map(Class::getName).toList());
    }

    @Test
    void givesEachPathOneOwner() {
        assertThat(table.values().stream().flatMap(function -> paths((Map<?, ?>) function).stream()))
                .doesNotHaveDuplicates();
    }

    @Test
    void givesEachFunctionThePathsThatItServes() throws Exception {
        for (Class<? extends CloudFunction> function : FUNCTIONS) {
            Routes routes = (Routes) wire(function, variables).handler();

            assertThat(paths(row(function)))
                    .as(function.getSimpleName())
                    .containsExactlyInAnyOrderElementsOf(routes.table().keySet());
        }
    }

    @Test
    void namesTheArchiveThatHasTheClass() {
        for (Class<? extends CloudFunction> function : FUNCTIONS) {
            assertThat(Path.of("..", String.valueOf(row(function).get("archive")), "src/main/java")
                            .resolve(sourceOf(function)))
                    .exists();
        }
    }

    /** Without the variable, exactly the functions that need it do not start. */
    @ParameterizedTest
    @ValueSource(strings = {"SALLYPORT_SIGNING_KEYS", "SALLYPORT_PUBLIC_KEYS", "SALLYPORT_STORE"})
    void tellsWhichFunctionsNeed(String variable) throws Exception {
        for (Class<? extends CloudFunction> function : FUNCTIONS) {
            boolean signs = row(function).get("signs").equals(true);
            boolean needed = switch (variable) {
                case "SALLYPORT_SIGNING_KEYS" -> signs;
                case "SALLYPORT_PUBLIC_KEYS" -> !signs;
                default -> row(function).get("store").equals("write");
            };

            assertThat(starts(function, without(variable)))
                    .as(function.getSimpleName())
                    .isEqualTo(!needed);
        }
    }

    /** The encryption key may be missing where no secret is stored, so the source must say who decrypts secrets. */
    @Test
    void tellsWhichFunctionsOpenSecrets() throws Exception {
        for (Class<? extends CloudFunction> function : FUNCTIONS) {
            String source =
                    Files.readString(Path.of("..", String.valueOf(row(function).get("archive")), "src/main/java")
                            .resolve(sourceOf(function)));

            assertThat(source.contains("SecretCiphers.with(") || source.contains("Platforms.real("))
                    .as(function.getSimpleName())
                    .isEqualTo(row(function).get("unseals"));
        }
    }

    private Map<?, ?> row(Class<?> function) {
        return table.values().stream()
                .map(row -> (Map<?, ?>) row)
                .filter(row -> function.getName().equals(row.get("class")))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> paths(Map<?, ?> row) {
        return ((Collection<?>) row.get("paths")).stream().map(String::valueOf).toList();
    }

    private static String sourceOf(Class<?> function) {
        return function.getName().replace('.', '/') + ".java";
    }

    private Map<String, String> without(String variable) {
        Map<String, String> rest = new HashMap<>(variables);
        rest.remove(variable);
        return rest;
    }

    private static boolean starts(Class<? extends CloudFunction> function, Map<String, String> variables)
            throws Exception {
        try {
            wire(function, variables);
            return true;
        } catch (InvalidConfigurationException missing) {
            return false;
        }
    }

    /** Like the function's own constructor, with other variables than this process's. */
    private static Endpoint wire(Class<? extends CloudFunction> function, Map<String, String> variables)
            throws Exception {
        Environment system = Environment.system();
        Method wire = function.getDeclaredMethod("wire", Environment.class);
        wire.setAccessible(true);
        try {
            return (Endpoint) wire.invoke(
                    null, new Environment(variables, system.clock(), system.ids(), system.fetcher(), line -> {}));
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
