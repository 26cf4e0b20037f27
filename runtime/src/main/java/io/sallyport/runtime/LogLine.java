package io.sallyport.runtime;

import io.sallyport.Reason;
import io.sallyport.Redaction;
import io.sallyport.audit.Audit;
import io.sallyport.audit.OutboundCalls;
import io.sallyport.http.Headers;
import io.sallyport.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes structured log lines as Cloud Logging reads them ("Structured logging": severity, time, message, trace). */
public record LogLine(Environment environment) implements Audit.Log {
    private static final Pattern TRACE = Pattern.compile("([0-9a-f]{32})(?:/.*)?");

    private static final int USUAL_LENGTH = 1024;

    /** The detail of a request with thousands of wrong fields. */
    private static final int MAX_DETAIL = 4000;

    @Override
    public void write(Audit decision) {
        String message = decision.action() + " " + outcome(decision);
        if (decision.reason().isPresent()) {
            message += ": " + decision.reason().get().code();
        }
        Map<String, Object> line =
                begin(severity(decision), message, decision.request().headers());
        line.put("requestId", decision.request().id());
        line.put("route", decision.request().route());
        line.put("outcome", outcome(decision));
        if (decision.reason().isPresent()) {
            line.put("reason", decision.reason().get().code());
            line.put("detail", bounded(decision.detail()));
        }
        line.putAll(decision.facts());
        if (decision.request().client().isKnown()) {
            line.put("client", decision.request().client().text());
        }
        if (!decision.calls().isEmpty()) {
            List<Map<String, Object>> calls = new ArrayList<>();
            for (OutboundCalls.Call call : decision.calls()) {
                calls.add(Map.of("to", call.to(), "millis", call.millis()));
            }
            line.put("calls", calls);
        }
        log(line);
    }

    private static String bounded(String detail) {
        if (detail.length() <= MAX_DETAIL) {
            return detail;
        }
        int end = Character.isHighSurrogate(detail.charAt(MAX_DETAIL - 1)) ? MAX_DETAIL - 1 : MAX_DETAIL;
        return detail.substring(0, end) + " (cut off, " + detail.length() + " characters)";
    }

    private static String outcome(Audit decision) {
        if (decision.isGranted()) {
            return "granted";
        }
        return isUndecided(decision) ? "undecided" : "denied";
    }

    private static String severity(Audit decision) {
        if (decision.isGranted()) {
            return "INFO";
        }
        // A login at the very instant of a revocation needs no fix: it works a second later.
        boolean isFault =
                isUndecided(decision) && decision.reason().orElseThrow().kind() != Reason.Kind.TOO_SOON;
        return isFault ? "ERROR" : "WARNING";
    }

    private static boolean isUndecided(Audit decision) {
        return decision.reason().isPresent() && decision.reason().get().isUndecided();
    }

    /**
     * Writes a line that belongs to no request, such as what a start changed.
     *
     * @param payload without secrets
     */
    public void write(String severity, String message, Map<String, Object> payload) {
        write(severity, message, payload, Headers.NONE);
    }

    public void write(String severity, String message, Map<String, Object> payload, Headers headers) {
        Map<String, Object> line = begin(severity, message, headers);
        line.putAll(payload);
        log(line);
    }

    private void log(Map<String, Object> line) {
        environment.log().accept(Redaction.ofLine(Json.writeLine(line, USUAL_LENGTH)));
    }

    private Map<String, Object> begin(String severity, String message, Headers headers) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("severity", severity);
        line.put("time", environment.clock().instant().toString());
        line.put("message", message);
        Optional<String> trace = headers.first("X-Cloud-Trace-Context");
        if (trace.isPresent()) {
            addTrace(trace.get(), line);
        }
        return line;
    }

    private void addTrace(String header, Map<String, Object> line) {
        String project = environment.variables().getOrDefault("GOOGLE_CLOUD_PROJECT", "");
        Matcher matcher = TRACE.matcher(header);
        if (!project.isEmpty() && matcher.matches()) {
            line.put("logging.googleapis.com/trace", "projects/" + project + "/traces/" + matcher.group(1));
        }
    }
}
