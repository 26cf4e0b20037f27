package io.sallyport.cli.explain;

import io.sallyport.Reason;
import io.sallyport.cli.command.AuditLine;
import io.sallyport.cli.command.Redacted;
import io.sallyport.json.Json;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Shows an explanation to people or programs, always without tokens. */
record ExplainOutput(PrintWriter out, Form form) {
    /** Spelled as on the command line. */
    enum Form {
        table,
        json
    }

    void show(Diagnosis diagnosis) {
        Map<String, Object> json = head(
                diagnosis.outcome(),
                diagnosis.refusal().map(refused -> refused.reason()),
                diagnosis.refusal().map(refused -> refused.detail()).orElse(""));
        json.put("notes", diagnosis.notes().stream().map(Redacted::text).toList());
        json.put(
                "checks", diagnosis.findings().stream().map(ExplainOutput::json).toList());
        if (form == Form.json) {
            out.println(Json.writeLine(json));
        } else {
            for (Diagnosis.Finding finding : diagnosis.findings()) {
                out.printf(
                        "%-56s  %s%n",
                        finding.check().title(),
                        finding.verdict().text()
                                + (finding.detail().isEmpty() ? "" : ": " + Redacted.text(finding.detail())));
            }
            out.println();
            showHead(json);
            diagnosis.notes().forEach(note -> out.println("note:       " + Redacted.text(note)));
        }
        out.flush();
    }

    /** Shows a logged decision. */
    void show(AuditLine line) {
        Map<String, Object> json = head(line.text("outcome"), line.reason(), line.text("detail"));
        for (String name : List.of(
                "requestId", "time", "route", "identityId", "method", "client", "sessionId", "unverifiedClaims")) {
            String text = line.text(name);
            if (!text.isEmpty()) {
                json.put(name, Redacted.text(text));
            }
        }
        if (form == Form.json) {
            out.println(Json.writeLine(json));
        } else {
            showHead(json);
        }
        out.flush();
    }

    private static Map<String, Object> head(String outcome, Optional<Reason> reason, String detail) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("outcome", Redacted.text(outcome));
        reason.ifPresent(why -> {
            Explanation explanation = Explanation.of(why);
            json.put("reason", why.code());
            json.put("check", explanation.check().title());
            json.put("detail", Redacted.text(detail));
            json.put("cause", explanation.cause());
            json.put("remedy", explanation.remedy());
        });
        return json;
    }

    private static Map<String, Object> json(Diagnosis.Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("check", finding.check().code());
        json.put("title", finding.check().title());
        json.put("verdict", finding.verdict().code());
        if (!finding.detail().isEmpty()) {
            json.put("detail", Redacted.text(finding.detail()));
        }
        return json;
    }

    private void showHead(Map<String, Object> json) {
        json.forEach((name, value) -> {
            if (!(value instanceof List)) {
                out.println(String.format(Locale.ROOT, "%-12s", name + ":") + value);
            }
        });
    }
}
