package io.sallyport.azureapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code function.json} must match the annotations. */
class FunctionFileTest {
    /** A function with every part of the annotation. */
    static final class Greeter {
        @FunctionName("greet")
        public String greet(
                @HttpTrigger(
                                name = "request",
                                methods = {HttpMethod.GET, HttpMethod.POST},
                                authLevel = AuthorizationLevel.ANONYMOUS,
                                route = "greetings/{name?}")
                        String request) {
            return request;
        }

        public String other(String request) {
            return request;
        }
    }

    static final class Listener {
        @FunctionName("listen")
        public String listen(String message) {
            return message;
        }
    }

    @Test
    void isWhatAzureReads() {
        assertThat(FunctionFile.of(Greeter.class, "app.jar")).singleElement().satisfies(file -> {
            assertThat(file.name()).isEqualTo("greet");
            assertThat(Json.writeString(file.content()))
                    .isEqualTo("{\"scriptFile\":\"../app.jar\","
                            + "\"entryPoint\":\"io.sallyport.azureapp.FunctionFileTest$Greeter.greet\","
                            + "\"bindings\":[{\"type\":\"httpTrigger\",\"direction\":\"in\",\"name\":\"request\","
                            + "\"authLevel\":\"anonymous\",\"methods\":[\"get\",\"post\"],\"route\":\"greetings/{name?}\"},"
                            + "{\"type\":\"http\",\"direction\":\"out\",\"name\":\"$return\"}]}");
        });
    }

    @Test
    void refusesAFunctionThatHttpDoesNotTrigger() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FunctionFile.of(Listener.class, "app.jar"))
                .withMessageContaining("must have exactly one parameter, with @HttpTrigger");
    }

    @Test
    void everyFunctionOfTheRouteTableHasOne(@TempDir Path folder) throws Exception {
        FunctionFiles.main(new String[] {RouteTable.FILE.toString(), folder.toString(), "app.jar"});
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString()))
                    .containsExactlyInAnyOrder(
                            "gcpLogin/function.json",
                            "azureLogin/function.json",
                            "k8sLogin/function.json",
                            "awsLogin/function.json",
                            "universalLogin/function.json",
                            "oidcLogin/function.json",
                            "jwtLogin/function.json",
                            "spiffeLogin/function.json",
                            "tokenRenew/function.json",
                            "tokenRevoke/function.json",
                            "token/function.json",
                            "introspect/function.json",
                            "revoke/function.json",
                            "wellKnown/function.json",
                            "identities/function.json",
                            "signingKeys/function.json",
                            "identityAuth/function.json");
        }
    }

    @Test
    void refusesAClassWithoutAFunction(@TempDir Path folder) throws Exception {
        Path table = Files.writeString(folder.resolve("routes.json"), "{\"text\":{\"class\":\"java.lang.String\"}}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FunctionFiles.read(table, "app.jar"))
                .withMessage("java.lang.String has no method with @FunctionName");
    }

    @Test
    void refusesANameThatIsTakenTwice(@TempDir Path folder) throws Exception {
        String row = "{\"class\":\"" + Greeter.class.getName() + "\"}";
        Path table = Files.writeString(folder.resolve("routes.json"), "{\"one\":" + row + ",\"two\":" + row + "}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FunctionFiles.read(table, "app.jar"))
                .withMessage("two functions have one name: " + List.of("greet", "greet"));
    }
}
