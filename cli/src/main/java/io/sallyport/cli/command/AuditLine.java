package io.sallyport.cli.command;

import io.sallyport.Reason;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A decision from the audit log.
 *
 * @param members of the line, by name
 */
public record AuditLine(Map<String, @Nullable Object> members) {
    private static final Pattern REQUEST_ID = Pattern.compile("req-[A-Za-z0-9_-]{1,100}");

    public static boolean isRequestId(String text) {
        return REQUEST_ID.matcher(text).matches();
    }

    /**
     * Finds the decision about a request: a line of ours, or an entry of Cloud Logging on one line that holds it in
     * {@code jsonPayload}. Other lines are skipped, since other programs write to the same log.
     *
     * @throws IOException if the log cannot be read
     */
    public static Optional<AuditLine> find(BufferedReader log, String requestId) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            if (line.contains(requestId)) {
                Optional<AuditLine> found = parse(line).filter(audit -> audit.isAbout(requestId));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<AuditLine> parse(String line) {
        int start = line.indexOf('{');
        int end = line.lastIndexOf('}');
        if (start < 0 || end < start) {
            return Optional.empty();
        }
        try {
            Map<String, @Nullable Object> object = Json.parseObject(line.substring(start, end + 1));
            if (object.get("jsonPayload") instanceof Map<?, ?> payload) {
                @SuppressWarnings("unchecked") // Json makes maps with no other keys than texts.
                Map<String, @Nullable Object> members = (Map<String, @Nullable Object>) payload;
                return Optional.of(new AuditLine(members));
            }
            return Optional.of(new AuditLine(object));
        } catch (MalformedJsonException e) {
            return Optional.empty();
        }
    }

    /** Whether it is the decision, not the log line of a bug. */
    private boolean isAbout(String requestId) {
        return requestId.equals(members.get("requestId")) && members.containsKey("outcome");
    }

    public String text(String name) {
        return members.get(name) instanceof String text ? text : "";
    }

    /** The reason of the refusal; empty if it was granted, or for a reason of another version. */
    public Optional<Reason> reason() {
        return Arrays.stream(Reason.values())
                .filter(reason -> reason.code().equals(text("reason")))
                .findFirst();
    }
}
