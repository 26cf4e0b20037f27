package io.sallyport;

import java.io.Serial;
import java.util.List;
import java.util.Optional;

/**
 * A request that is not granted: the only failure that callers of this code are expected to handle. It is an outcome
 * rather than a fault, so it has no stack trace.
 */
public final class Refused extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String detail;
    private final transient List<InvalidField> fields;
    private final transient Optional<String> claim;

    /**
     * @param detail for the operator: what was expected and what was found. It is logged and never sent to the caller;
     *     it must hold no token, and must {@linkplain Quoted quote} what a caller supplied
     */
    public Refused(Reason reason, String detail) {
        this(reason, detail, List.of(), Optional.empty());
    }

    private Refused(Reason reason, String detail, List<InvalidField> fields, Optional<String> claim) {
        super(reason.code() + ": " + detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
        this.fields = fields;
        this.claim = claim;
    }

    /** Refuses a request with missing or malformed fields; reports all of them at once. */
    public static Refused fields(List<InvalidField> fields) {
        return new Refused(Reason.INVALID_FIELDS, "invalid fields: " + fields, List.copyOf(fields), Optional.empty());
    }

    /**
     * Refuses a token because of one claim, where the reason alone does not say which.
     *
     * @param claim its name, a constant of ours and never caller input
     * @param detail as for any other refusal
     */
    public static Refused claim(Reason reason, String claim, String detail) {
        return new Refused(reason, detail, List.of(), Optional.of(claim));
    }

    /** Refuses a request for the given reason, where the caller may know what is wrong. */
    public static Refused telling(Reason reason, List<InvalidField> fields) {
        return new Refused(reason, "invalid fields: " + fields, List.copyOf(fields), Optional.empty());
    }

    public Reason reason() {
        return reason;
    }

    /** The problem with each field, in words that the caller may see; empty for most reasons. */
    public List<InvalidField> fields() {
        return fields;
    }

    /** The claim that caused the refusal, where that says more than the reason. */
    public Optional<String> claim() {
        return claim;
    }

    public String detail() {
        return detail;
    }
}
