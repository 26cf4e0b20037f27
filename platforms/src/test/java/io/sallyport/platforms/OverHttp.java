package io.sallyport.platforms;

import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import io.sallyport.testing.RawHttp;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server on loopback, behind a front end that passes on the caller's address. */
final class OverHttp {
    /** Headers of the server and the connection, not ours. */
    private static final Set<String> HOP_BY_HOP =
            Set.of("date", "server", "content-length", "transfer-encoding", "connection");

    private OverHttp() {}

    /**
     * Sends a call.
     *
     * @param seen the caller's address, as the front end writes it
     */
    static Answer send(int port, Call call, String seen) throws IOException {
        String request = head(call, seen, lengthOf(call)) + call.body();
        return answer(RawHttp.send(port, request));
    }

    /** In chunks, without declaring a length. */
    static Answer sendChunked(int port, Call call, String seen, List<String> chunks) throws IOException {
        return answer(
                RawHttp.send(port, RawHttp.chunked(call.path(), fields(call, seen), chunks.toArray(String[]::new))));
    }

    /** Sends the head first, and the body when the server asks for it; anything else is a failure. */
    static Answer sendWhenAsked(int port, Call call, String seen) throws IOException {
        RawHttp.Answer answer = RawHttp.expectContinue(
                port, head(call.with("Expect", "100-continue"), seen, lengthOf(call)), call.body());
        if (!answer.interim().equals(List.of(100))) {
            throw new AssertionError("the body was not asked for: " + answer);
        }
        return answer(answer);
    }

    private static String lengthOf(Call call) {
        return call.body().isEmpty() && call.headers().isEmpty()
                ? ""
                : "Content-Length: " + call.bytes().length + "\r\n";
    }

    private static String head(Call call, String seen, String length) {
        return RawHttp.head(call.method(), call.path(), fields(call, seen) + length);
    }

    /** The host first, if there is one, where it is expected. */
    private static String fields(Call call, String seen) {
        Map<String, List<String>> headers =
                new LinkedHashMap<>(seenBy(call, seen).headers());
        List<String> hosts = headers.getOrDefault("Host", List.of());
        headers.remove("Host");
        return Stream.concat(
                        hosts.stream().map(host -> "Host: " + host),
                        headers.entrySet().stream()
                                .flatMap(header ->
                                        header.getValue().stream().map(value -> header.getKey() + ": " + value)))
                .map(line -> line + "\r\n")
                .collect(Collectors.joining());
    }

    /** Appends the caller's address to whatever the caller sends. */
    static Call seenBy(Call call, String seen) {
        List<String> forwarded = call.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("X-Forwarded-For"))
                .map(Map.Entry::getValue)
                .flatMap(Collection::stream)
                .toList();
        Map<String, List<String>> headers = new LinkedHashMap<>(call.headers());
        headers.keySet().removeIf(name -> name.equalsIgnoreCase("X-Forwarded-For"));
        headers.put(
                "X-Forwarded-For",
                List.of(Stream.concat(forwarded.stream(), Stream.of(seen)).collect(Collectors.joining(", "))));
        return new Call(call.method(), call.path(), headers, call.body(), call.peer());
    }

    private static Answer answer(RawHttp.Answer answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        answer.headers().forEach((name, value) -> {
            String lowerCase = name.toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(lowerCase)) {
                headers.put(lowerCase, value);
            }
        });
        return new Answer(answer.status(), headers, answer.body());
    }
}
