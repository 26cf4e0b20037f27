package io.sallyport.platforms;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A route of an HTTP trigger as the Functions host matches it: literal text in any case, {@code {name}} for a segment,
 * {@code {name?}} for one that may be missing; a slash at the end does not matter (ASP.NET Core, "Routing", route templates).
 */
record RouteTemplate(Pattern pattern) {
    static RouteTemplate of(String route) {
        return new RouteTemplate(Pattern.compile(
                Arrays.stream(route.split("/")).map(RouteTemplate::segment).collect(Collectors.joining("", "", "/?")),
                Pattern.CASE_INSENSITIVE));
    }

    private static String segment(String segment) {
        if (!segment.startsWith("{")) {
            return "/" + Pattern.quote(segment);
        }
        return segment.endsWith("?}") ? "(?:/[^/]+)?" : "/[^/]+";
    }

    boolean matches(String path) {
        return pattern.matcher(path).matches();
    }
}
