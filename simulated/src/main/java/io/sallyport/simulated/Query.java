package io.sallyport.simulated;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.util.stream.Stream;

/** The query of an address. */
public record Query(URI uri) {
    /** The first value of that name, decoded; empty if there is none. */
    public String value(String name) {
        String query = uri.getRawQuery();
        return (query == null ? Stream.<String>empty() : Stream.of(query.split("&")))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), UTF_8))
                .findFirst()
                .orElse("");
    }
}
