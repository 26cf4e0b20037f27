package io.sallyport.cli.explain;

import java.util.Locale;

/** The outcome of a check. */
public enum Verdict {
    OK("ok"),
    FAILED("FAILED"),
    UNDECIDED("COULD NOT CHECK"),
    NOT_REACHED("not reached");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** For programs. */
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
