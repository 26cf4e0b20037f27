package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.functions.annotation.FunctionName;
import io.sallyport.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Terraform disables functions of an Azure app by name, so it must use the names in the code. */
class AzureFunctionNamesTest {
    private static final Path MODULES = Path.of("../terraform/modules");

    @Test
    void areInTerraformAsInTheCode() throws Exception {
        assertThat(parse("azure/functions.json")).isEqualTo(namesInTheCode());
    }

    /** On Linux, a function with a hyphen in its name cannot be disabled: the names of settings may not contain one. */
    @Test
    void makeNamesOfSettingsOnLinux() throws Exception {
        assertThat(namesInTheCode().values().stream().flatMap(List::stream))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[A-Za-z][A-Za-z0-9]*"));
    }

    private static Map<String, List<String>> namesInTheCode() throws Exception {
        Map<String, List<String>> names = new TreeMap<>();
        for (Map.Entry<String, ?> function : parse("routes/routes.json").entrySet()) {
            String entry = (String) ((Map<?, ?>) function.getValue()).get("class");
            names.put(
                    function.getKey(),
                    Arrays.stream(Class.forName(entry).getDeclaredMethods())
                            .map(method -> method.getAnnotation(FunctionName.class))
                            .filter(Objects::nonNull)
                            .map(FunctionName::value)
                            .sorted()
                            .toList());
        }
        return names;
    }

    private static Map<String, ?> parse(String file) throws Exception {
        return Json.parseObject(Files.readAllBytes(MODULES.resolve(file)));
    }
}
