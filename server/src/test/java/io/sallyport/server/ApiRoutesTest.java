package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.adminapi.AdminFunction;
import io.sallyport.awslogin.AwsLoginFunction;
import io.sallyport.azurelogin.AzureLoginFunction;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.jwtlogin.JwtLoginFunction;
import io.sallyport.k8slogin.K8sLoginFunction;
import io.sallyport.renew.RenewFunction;
import io.sallyport.server.ApiDescription.Operation;
import io.sallyport.tokenservice.IntrospectionFunction;
import io.sallyport.tokenservice.TokenFunction;
import io.sallyport.tokenservice.WellKnownFunction;
import io.sallyport.universallogin.UniversalLoginFunction;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/openapi.yaml describes exactly the existing routes. */
class ApiRoutesTest {
    private static final List<Class<?>> FUNCTIONS = List.of(
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

    private final ApiDescription description = ApiDescription.read();

    @Test
    void everyRouteIsDescribedAndEveryDescribedOneIsThere(@TempDir Path data) throws Exception {
        try (ApiFixture stage = ApiFixture.open(data)) {
            Stream<String> routes = stage.routes().entrySet().stream()
                    .flatMap(route -> route.getValue().stream().map(method -> method + " " + route.getKey()));
            assertThat(description.operations().stream().map(Operation::toString))
                    .containsExactlyInAnyOrderElementsOf(routes.toList());
        }
    }

    /** On Azure, annotations route a request to a function before our own routes see it. */
    @Test
    void everyRouteIsOpenOnAzure() {
        for (Operation operation : description.operations()) {
            assertThat(triggers())
                    .as(operation.toString())
                    .anyMatch(trigger -> Arrays.stream(trigger.methods())
                                    .anyMatch(method -> method.name().equals(operation.method()))
                            && takes(trigger.route(), operation.path()));
        }
    }

    private static List<HttpTrigger> triggers() {
        return FUNCTIONS.stream()
                .flatMap(function -> Arrays.stream(function.getDeclaredMethods()))
                .map(Method::getParameters)
                .flatMap(Arrays::stream)
                .map(parameter -> parameter.getAnnotation(HttpTrigger.class))
                .filter(Objects::nonNull)
                .toList();
    }

    /** A segment in braces matches any other, or none if it ends with a question mark. */
    private static boolean takes(String route, String path) {
        String pattern = Arrays.stream(route.split("/", -1))
                .map(segment -> !segment.startsWith("{")
                        ? "/" + java.util.regex.Pattern.quote(segment)
                        : segment.endsWith("?}") ? "(/[^/]+)?" : "/[^/]+")
                .reduce("", String::concat);
        return path.matches(pattern);
    }
}
