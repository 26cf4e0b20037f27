package io.sallyport.cli.command;

import io.sallyport.Reason;

/** The exit codes of the commands that manage identities and tokens. */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int UNAVAILABLE = 1;
    public static final int INVALID = 2;
    public static final int NOT_FOUND = 3;
    public static final int REFUSED = 4;

    /** For a help text. */
    public static final String UNAVAILABLE_TEXT = UNAVAILABLE + ":the store or a file could not be used; try again";

    public static final String DONE_TEXT = DONE + ":done";
    public static final String INVALID_TEXT =
            INVALID + ":wrong usage, or the result would not be valid; nothing has changed";
    public static final String NOT_FOUND_TEXT =
            NOT_FOUND + ":identity, auth method, secret, grant or audience not found";
    public static final String REFUSED_TEXT =
            REFUSED + ":refused: it already exists, is managed elsewhere or is protected, or a token is not accepted";

    private ExitCode() {}

    public static int of(Reason reason) {
        if (reason.isUndecided()) {
            return UNAVAILABLE;
        }
        return switch (reason) {
            case NO_SUCH_IDENTITY, NO_SUCH_METHOD, GRANT_MISSING, AUDIENCE_NOT_OWNED -> NOT_FOUND;
            case IDENTITY_EXISTS, METHOD_EXISTS, NAME_TAKEN, MANAGED_ELSEWHERE, DELETE_PROTECTED -> REFUSED;
            case CHANGED_MEANWHILE -> UNAVAILABLE;
            default -> INVALID;
        };
    }
}
