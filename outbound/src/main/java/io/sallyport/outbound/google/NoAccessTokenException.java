package io.sallyport.outbound.google;

import java.io.IOException;
import java.io.Serial;
import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Google Cloud gave no access token, or the platform nothing to ask for one with. The message is ours: what a library says
 * of a failure may quote what was sent.
 */
public final class NoAccessTokenException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** How Google's library tells an error of RFC 6749 §5.2; the description behind it is not taken along. */
    private static final Pattern OAUTH_ERROR = Pattern.compile("^Error code ([a-z_]{1,40})\\b");

    public NoAccessTokenException(String why) {
        super("no access token for Google Cloud: " + why);
    }

    /** The failure of whatever fetches a token, as it may be told; a call that took too long stays one. */
    static IOException because(ExecutionException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof NoAccessTokenException || cause instanceof SocketTimeoutException) {
                return (IOException) cause;
            }
        }
        // Not always an IOException: the library stumbles over errors in the JSON of Google's APIs, expecting OAuth's.
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        Matcher error = OAUTH_ERROR.matcher(String.valueOf(cause.getMessage()));
        return new NoAccessTokenException(
                error.find()
                        ? "its token service answers " + error.group(1)
                        : cause.getClass().getSimpleName());
    }

    /** What may be told of any failure to reach a service with a token. */
    public static String told(IOException failure) {
        return failure instanceof NoAccessTokenException
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName();
    }
}
