package io.sallyport.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.json.Json;
import io.sallyport.testing.Answer;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The function app as the Azure Functions host and its Java worker read it. */
@ExtendWith(OnArchives.class)
final class AzureAppTest {
    @Test
    void servesOurPathsAsTheyAre() throws Exception {
        Map<String, Object> host =
                Json.parseObject(Files.readString(Archives.azureApp().resolve("host.json")));

        assertThat(host).containsEntry("version", "2.0");
        assertThat(((Map<?, ?>) ((Map<?, ?>) host.get("extensions")).get("http")).get("routePrefix"))
                .isEqualTo("");
    }

    /** Only our code decides who may call: no platform key is required. */
    @Test
    void bindsEveryFunctionToAnOpenTriggerAndToItsAnswer() throws Exception {
        assertThat(AzureApp.functionFiles()).isNotEmpty();
        for (Path file : AzureApp.functionFiles()) {
            List<?> bindings =
                    (List<?>) Json.parseObject(Files.readString(file)).get("bindings");
            assertThat(bindings).as(file.toString()).hasSize(2);
            Map<?, ?> trigger = (Map<?, ?>) bindings.get(0);
            Map<?, ?> output = (Map<?, ?>) bindings.get(1);
            assertThat(trigger.get("type")).isEqualTo("httpTrigger");
            assertThat(trigger.get("direction")).hasToString("in");
            assertThat(String.valueOf(trigger.get("authLevel")).toLowerCase(Locale.ROOT))
                    .isEqualTo("anonymous");
            assertThat(output.get("type")).isEqualTo("http");
            assertThat(output.get("direction")).hasToString("out");
            assertThat(output.get("name")).isEqualTo("$return");
        }
    }

    /** On its own class path the worker has no other classes than these that a function could depend on. */
    @Test
    void hasEveryEntryPointAsAPublicMethodOfItsJar() throws Exception {
        for (Trigger trigger : AzureApp.triggers()) {
            assertThat(Path.of(trigger.scriptFile())).isRegularFile().startsWith(Archives.azureApp());
            Class<?> type = Class.forName(trigger.className(), false, appsOwn(Path.of(trigger.scriptFile())));
            assertThat(type.getMethods())
                    .filteredOn(method -> method.getDeclaringClass() == type)
                    .filteredOn(method -> method.getName().equals(trigger.methodName()))
                    .as(trigger.entryPoint())
                    .singleElement()
                    .satisfies(method -> assertThat(method.getParameterTypes())
                            .extracting(Class::getName)
                            .containsExactly(HttpRequestMessage.class.getName()));
            assertThat(type.getConstructor().getParameterCount()).isZero();
        }
    }

    private static ClassLoader appsOwn(Path scriptFile) throws Exception {
        List<URL> urls = new ArrayList<>(List.of(scriptFile.toUri().toURL()));
        Path libraries = scriptFile.resolveSibling("lib");
        for (Path jar : Files.isDirectory(libraries) ? Archives.jars(libraries) : List.<Path>of()) {
            urls.add(jar.toUri().toURL());
        }
        for (String jar :
                RuntimeProcess.classPathOf(HttpTrigger.class, HttpMethod.class).split(File.pathSeparator)) {
            urls.add(Path.of(jar).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** Terraform and the other clouds use the route table. */
    @Test
    void sendsEveryPathOfTheRouteTableToItsClass() throws Exception {
        List<Trigger> triggers = AzureApp.triggers();
        for (Function function : Function.table().values()) {
            for (String path : function.paths()) {
                assertThat(triggers)
                        .filteredOn(trigger -> RouteTemplate.of(trigger.route()).matches(path.replaceAll("[{}]", "")))
                        .as(path)
                        .singleElement()
                        .returns(function.className(), Trigger::className);
            }
        }
    }

    /** For us to answer that a path does not accept a method, the host must pass the request on. */
    @Test
    void letsThroughWhatIsToBeToldWhichMethodsThereAre() throws Exception {
        assertThat(AzureApp.triggers())
                .allSatisfy(trigger -> assertThat(trigger.methods()).contains("GET", "POST"));
    }

    /** A client that sends chunks learns that its body did not arrive, and nothing worse happens. */
    @Test
    void refusesABodyThatTheHostDidNotPassOn(@TempDir Path folder) throws Exception {
        CloudWorldFixture world = new CloudWorldFixture(Optional.empty());
        Map<String, String> variables = new HashMap<>();
        Function.table().values().forEach(function -> variables.putAll(world.variables(function)));
        try (AzureApp app = AzureApp.start(variables, folder)) {
            Answer answer = OverHttp.sendChunked(
                    app.port(),
                    Calls.login(Calls.K8S_LOGIN, "payments", "x"),
                    Calls.HOME,
                    List.of("{\"identityId\":", "\"payments\",\"jwt\":\"x\"}"));
            Calls.assertError(answer, 400, "BadRequest");
        }
    }
}
