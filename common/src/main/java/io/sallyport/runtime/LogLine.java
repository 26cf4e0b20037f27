package io.sallyport.runtime;

import io.sallyport.Reason;
import io.sallyport.audit.Audit;
import io.sallyport.http.Headers;
import io.sallyport.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes structured log lines as Cloud Logging reads them ("Structured logging": severity, time, message, trace). */
public record LogLine(Environment environment) implements Audit.Log {
    private static final Pattern TRACE = Pattern.compile("([0-9a-f]{32})(?:/.*)?");

    @Override
    public void write(Audit decision) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("requestId", decision.request().id());
        line.put("route", decision.request().path());
        line.put("outcome", outcome(decision));
        decision.reason().ifPresent(reason -> {
            line.put("reason", reason.code());
            line.put("detail", decision.detail());
        });
        line.putAll(decision.facts());
        if (decision.request().client().isKnown()) {
            line.put("client", decision.request().client().text());
        }
        if (!decision.calls().isEmpty()) {
            line.put(
                    "calls",
                    decision.calls().stream()
                            .map(call -> Map.of("to", call.to(), "millis", call.millis()))
                            .toList());
        }
        String message = decision.action() + " " + outcome(decision)
                + decision.reason().map(reason -> ": " + reason.code()).orElse("");
        write(severity(decision), message, line, decision.request().headers());
    }

    private static String outcome(Audit decision) {
        if (decision.isGranted()) {
            return "granted";
        }
        return isOurs(decision) ? "undecided" : "denied";
    }

    private static String severity(Audit decision) {
        if (decision.isGranted()) {
            return "INFO";
        }
        return isOurs(decision) ? "ERROR" : "WARNING";
    }

    /** Whether it is for the operator to mend, rather than for the caller. */
    private static boolean isOurs(Audit decision) {
        return decision.reason().map(Reason::isUndecided).orElse(false);
    }

    void write(String severity, String message, Map<String, Object> payload, Headers headers) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("severity", severity);
        line.put("time", environment.clock().instant().toString());
        line.put("message", message);
        headers.first("X-Cloud-Trace-Context").ifPresent(trace -> addTrace(trace, line));
        line.putAll(payload);
        environment.log().accept(Json.writeString(line));
    }

    private void addTrace(String header, Map<String, Object> line) {
        String project = environment.variables().getOrDefault("GOOGLE_CLOUD_PROJECT", "");
        Matcher matcher = TRACE.matcher(header);
        if (!project.isEmpty() && matcher.matches()) {
            line.put("logging.googleapis.com/trace", "projects/" + project + "/traces/" + matcher.group(1));
        }
    }
}
