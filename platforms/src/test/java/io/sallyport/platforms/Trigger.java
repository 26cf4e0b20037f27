package io.sallyport.platforms;

import java.util.List;

/**
 * A function as its {@code function.json} describes it, on one line.
 *
 * @param scriptFile the path of its jar
 * @param entryPoint class and method
 * @param parameter the name of the trigger's binding
 * @param methods in upper case
 */
record Trigger(
        String name, String scriptFile, String entryPoint, String parameter, String route, List<String> methods) {
    String line() {
        return String.join("\t", name, scriptFile, entryPoint, parameter, route, String.join(",", methods));
    }

    static Trigger parse(String line) {
        String[] fields = line.split("\t");
        return new Trigger(fields[0], fields[1], fields[2], fields[3], fields[4], List.of(fields[5].split(",")));
    }

    String className() {
        return entryPoint.substring(0, entryPoint.lastIndexOf('.'));
    }

    String methodName() {
        return entryPoint.substring(entryPoint.lastIndexOf('.') + 1);
    }

    /** The host lets HEAD through wherever GET goes ({@code WebScriptHostHttpRoutesManager}). */
    boolean takes(String method) {
        return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
    }
}
