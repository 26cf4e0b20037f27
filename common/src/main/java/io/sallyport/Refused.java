package io.sallyport;

import java.io.Serial;
import java.util.List;
import java.util.Optional;

/**
 * A request that is not granted: the only failure that callers of this code are expected to handle. It is an outcome
 * rather than a fault, so it carries no stack trace.
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

    /** A request with fields that are missing or of the wrong form; all of them are told at once. */
    public static Refused fields(List<InvalidField> fields) {
        return new Refused(Reason.INVALID_FIELDS, "invalid fields: " + fields, List.copyOf(fields), Optional.empty());
    }

    /**
     * A token that is refused for one of its claims, where the reason alone does not tell which.
     *
     * @param claim its name, which is ours and not the caller's
     * @param detail as for any other
     */
    public static Refused claim(Reason reason, String claim, String detail) {
        return new Refused(reason, detail, List.of(), Optional.of(claim));
    }

    /** The same for another reason, of a request whose caller may know what is wrong. */
    public static Refused telling(Reason reason, List<InvalidField> fields) {
        return new Refused(reason, "invalid fields: " + fields, List.copyOf(fields), Optional.empty());
    }

    public Reason reason() {
        return reason;
    }

    /** What is wrong with which field, in words that the caller may see; empty for most reasons. */
    public List<InvalidField> fields() {
        return fields;
    }

    /** Which claim it is for, where that tells more than the reason. */
    public Optional<String> claim() {
        return claim;
    }

    public String detail() {
        return detail;
    }
}
