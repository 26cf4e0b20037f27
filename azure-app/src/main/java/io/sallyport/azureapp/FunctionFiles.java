package io.sallyport.azureapp;

import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes {@code function.json} for every function of the route table. */
public final class FunctionFiles {
    private FunctionFiles() {}

    /** @param arguments the route table, the folder of the app, and the name of the jar in it */
    public static void main(String[] arguments) throws Exception {
        for (FunctionFile function : read(Path.of(arguments[0]), arguments[2])) {
            Path folder = Files.createDirectories(Path.of(arguments[1], function.name()));
            Files.write(folder.resolve("function.json"), Json.write(function.content()));
        }
    }

    /** @throws IllegalArgumentException if a class of the table has no function, or two functions have one name */
    static List<FunctionFile> read(Path routes, String jar)
            throws IOException, MalformedJsonException, ClassNotFoundException {
        List<FunctionFile> all = new ArrayList<>();
        for (Object row : Json.parseObject(Files.readAllBytes(routes)).values()) {
            String type = String.valueOf(((Map<?, ?>) row).get("class"));
            List<FunctionFile> functions = FunctionFile.of(Class.forName(type), jar);
            if (functions.isEmpty()) {
                throw new IllegalArgumentException(type + " has no method with @FunctionName");
            }
            all.addAll(functions);
        }
        List<String> names = all.stream().map(FunctionFile::name).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("two functions have one name: " + names);
        }
        return all;
    }
}
