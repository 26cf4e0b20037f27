package io.sallyport.outbound.google;

import java.io.IOException;
import java.io.Serial;
import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Thrown if Google Cloud gave no access token, or the platform no credential to get one with. The message is ours: a
 * library's message may quote what was sent.
 */
public final class NoAccessTokenException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** How Google's library reports an error of RFC 6749 §5.2; the description after it is dropped. */
    private static final Pattern OAUTH_ERROR = Pattern.compile("^Error code ([a-z_]{1,40})\\b");

    public NoAccessTokenException(String why) {
        super("no access token for Google Cloud: " + why);
    }

    /** The failure of a token fetch, with a safe message; a timeout stays a timeout. */
    static IOException because(ExecutionException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof NoAccessTokenException || cause instanceof SocketTimeoutException) {
                return (IOException) cause;
            }
        }
        // Not always an IOException: the library fails on the JSON errors of Google's APIs, where it expects OAuth's.
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        Matcher error = OAUTH_ERROR.matcher(String.valueOf(cause.getMessage()));
        return new NoAccessTokenException(
                error.find()
                        ? "its token service answers " + error.group(1)
                        : cause.getClass().getSimpleName());
    }

    /** A safe message for any failure to reach a service with a token. */
    public static String told(IOException failure) {
        return failure instanceof NoAccessTokenException
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName();
    }
}
