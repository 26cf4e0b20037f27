package io.sallyport.http;

import io.sallyport.Refused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which handler answers which method on which path. Paths match exactly, one trailing slash aside, or by
 * {@linkplain PathTemplate templates}.
 */
public final class Routes implements Handler {
    private final Map<String, Map<String, Handler>> byPath = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if the path already has a handler for that method */
    public Routes add(String method, String path, Handler handler) {
        Map<String, Handler> byMethod = byPath.computeIfAbsent(path, p -> new TreeMap<>());
        if (byMethod.putIfAbsent(method, handler) != null) {
            throw new IllegalArgumentException("two handlers for " + method + " " + path);
        }
        return this;
    }

    /** Adds all routes of another table. */
    public Routes addAll(Routes others) {
        others.byPath.forEach((path, byMethod) -> byMethod.forEach((method, handler) -> add(method, path, handler)));
        return this;
    }

    /** Every path, with the methods it accepts. */
    public Map<String, List<String>> table() {
        Map<String, List<String>> table = new TreeMap<>();
        byPath.forEach((path, byMethod) -> table.put(path, List.copyOf(byMethod.keySet())));
        return table;
    }

    @Override
    public Response handle(Request request) throws Refused {
        String route = route(request.path());
        Map<String, Handler> byMethod = byPath.get(route);
        if (byMethod == null) {
            return ErrorResponse.notFound(request.id());
        }
        // HEAD is GET without the body (RFC 9110 §9.3.2); the caller drops the body.
        Handler handler = byMethod.get(request.method().equals("HEAD") ? "GET" : request.method());
        if (handler == null) {
            return ErrorResponse.methodNotAllowed(List.copyOf(byMethod.keySet()), request.id());
        }
        return handler.handle(request.at(route));
    }

    @Override
    public String route(String path) {
        String plain = withoutTrailingSlash(path);
        if (byPath.containsKey(plain)) {
            return plain;
        }
        for (String known : byPath.keySet()) {
            PathTemplate template = new PathTemplate(known);
            if (!template.isPlain() && template.match(plain).isPresent()) {
                return known;
            }
        }
        return Request.UNKNOWN_ROUTE;
    }

    private static String withoutTrailingSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
