package io.sallyport.azureapp;

import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What Azure reads of one function, {@code function.json}, as the annotations have it.
 *
 * @param name of the function, and of the folder that the file is in
 */
record FunctionFile(String name, Map<String, Object> content) {

    /**
     * Those of a class, one for each method with the annotation.
     *
     * @param jar beside the functions' folders
     * @throws IllegalArgumentException if a function has anything but one HTTP trigger
     */
    static List<FunctionFile> of(Class<?> type, String jar) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(FunctionName.class))
                .map(method -> of(method, jar))
                .toList();
    }

    private static FunctionFile of(Method method, String jar) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("scriptFile", "../" + jar);
        content.put("entryPoint", method.getDeclaringClass().getName() + "." + method.getName());
        content.put("bindings", List.of(trigger(method), answer()));
        return new FunctionFile(method.getAnnotation(FunctionName.class).value(), content);
    }

    private static Map<String, Object> trigger(Method method) {
        Parameter[] parameters = method.getParameters();
        if (parameters.length != 1 || !parameters[0].isAnnotationPresent(HttpTrigger.class)) {
            throw new IllegalArgumentException(method + " must have exactly one parameter, with @HttpTrigger");
        }
        HttpTrigger trigger = parameters[0].getAnnotation(HttpTrigger.class);
        Map<String, Object> binding = new LinkedHashMap<>();
        binding.put("type", "httpTrigger");
        binding.put("direction", "in");
        binding.put("name", trigger.name());
        binding.put("authLevel", lowerCase(trigger.authLevel()));
        binding.put(
                "methods",
                Arrays.stream(trigger.methods()).map(FunctionFile::lowerCase).toList());
        binding.put("route", trigger.route());
        return binding;
    }

    private static Map<String, Object> answer() {
        Map<String, Object> binding = new LinkedHashMap<>();
        binding.put("type", "http");
        binding.put("direction", "out");
        binding.put("name", "$return");
        return binding;
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
