package io.sallyport.runtime.adapter;

import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.ErrorResponse;
import io.sallyport.http.Handler;
import io.sallyport.http.Headers;
import io.sallyport.http.Query;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.NativeCryptography;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The common path of every cloud's request: it gets an id, is handled, and is always answered.
 *
 * @param forwardedHops how many proxies of ours append to {@code X-Forwarded-For}; 0: none, and the header is ignored
 */
public record Endpoint(Environment environment, int forwardedHops, Handler handler) {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
    private static final String IPV6 = "(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{0,4}|" + IPV4 + ")";
    private static final String PORT = "(?::[0-9]{1,5})?";

    /** An address as proxies write it: alone, or followed by a port, with IPv6 in brackets. */
    private static final Pattern FORWARDED =
            Pattern.compile("\\[(" + IPV6 + ")]" + PORT + "|(" + IPV4 + ")" + PORT + "|(" + IPV6 + ")");

    /** The requests with a body that this process received, whichever function they were for. */
    static final AtomicInteger WITH_BODY = new AtomicInteger();

    /** Reads a request's body, or refuses it as too large. */
    @FunctionalInterface
    interface BodySource {
        Body read() throws Refused;
    }

    /** Answers a request on a connection that may carry more of them. */
    public void serve(HttpRequest request, HttpResponse response) throws IOException {
        Headers headers = Headers.of(request.getHeaders());
        RequestBody body = new RequestBody(request, headers, System::nanoTime);
        Response answer = answer(
                request.getMethod(),
                request.getPath(),
                new Query(request.getQuery().orElse("")),
                headers,
                body::whole,
                // The interface does not provide the peer address; Google's front end appends it to X-Forwarded-For.
                "");
        boolean reusable = body.drain();
        response.setStatusCode(answer.status());
        for (Map.Entry<String, String> header : answer.headers().entrySet()) {
            if (header.getKey().equals("Content-Type")) {
                response.setContentType(header.getValue());
            } else {
                response.appendHeader(header.getKey(), header.getValue());
            }
        }
        if (!reusable) {
            response.appendHeader("Connection", "close");
        }
        try (OutputStream stream = response.getOutputStream()) {
            stream.write(answer.body().getBytes(StandardCharsets.UTF_8));
        }
        if (!reusable) {
            body.linger();
        }
    }

    /** @param platformAddress the caller's address as the platform itself reports it; empty if it does not */
    Response answer(String method, String path, Query query, Headers headers, BodySource body, String platformAddress) {
        String id = "req-" + environment.ids().get();
        try {
            ClientAddress client = client(headers, platformAddress);
            boolean bodiless = method.equals("GET") || method.equals("HEAD");
            Request request = new Request(id, method, path, query, headers, Body.EMPTY, client);
            if (!bodiless) {
                request = request.with(read(body, request));
                if (WITH_BODY.incrementAndGet() == NativeCryptography.AFTER) {
                    NativeCryptography.start(environment);
                }
            }
            Response response = handler.handle(request);
            return method.equals("HEAD") ? new Response(response.status(), response.headers(), "") : response;
        } catch (Refused refused) {
            return ErrorResponse.of(refused, id);
        } catch (RuntimeException bug) {
            log(bug, id);
            return ErrorResponse.of(new Refused(Reason.INTERNAL_ERROR, ""), id);
        }
    }

    /** Writes the audit line of a request whose body is refused: no handler ever sees it. */
    private Body read(BodySource body, Request request) throws Refused {
        try {
            return body.read();
        } catch (Refused refused) {
            Audit audit = new Audit(request.at(handler.route(request.path())), "request");
            audit.refused(refused);
            new LogLine(environment).write(audit);
            throw refused;
        }
    }

    /** The address that the last of our own proxies saw; a caller may have forged what stands further left. */
    private ClientAddress client(Headers headers, String platformAddress) {
        if (forwardedHops == 0) {
            return address(platformAddress);
        }
        List<String> hops = headers.all("X-Forwarded-For").stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::trim)
                .toList();
        return hops.size() < forwardedHops ? ClientAddress.UNKNOWN : address(hops.get(hops.size() - forwardedHops));
    }

    private static ClientAddress address(String text) {
        Matcher matcher = FORWARDED.matcher(text);
        if (!matcher.matches()) {
            return ClientAddress.UNKNOWN;
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            String address = matcher.group(group);
            if (address != null) {
                return new ClientAddress(address);
            }
        }
        return ClientAddress.UNKNOWN;
    }

    /** Logs types and places only: an exception's message may quote a token. */
    private void log(RuntimeException bug, String requestId) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("requestId", requestId);
        line.put("exception", bug.getClass().getName());
        line.put(
                "stack",
                Arrays.stream(bug.getStackTrace())
                        .map(String::valueOf)
                        .limit(30)
                        .toList());
        new LogLine(environment).write("ERROR", "internal error", line, Headers.NONE);
    }
}
