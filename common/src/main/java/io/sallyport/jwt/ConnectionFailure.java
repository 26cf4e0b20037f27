package io.sallyport.jwt;

import io.sallyport.Quoted;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Describes in plain words why a call to another host failed, and what to check. */
public final class ConnectionFailure {
    /** Far more than any library nests; stops a cycle of causes from looping forever. */
    private static final int MAX_CAUSES = 10;

    private ConnectionFailure() {}

    /**
     * The description for the operator. It tells types of failures apart but never quotes their messages, which differ
     * between Java versions.
     */
    public static String describe(IOException failure) {
        if (failure instanceof UnknownHostException) {
            return "the host name does not resolve; check the name, and DNS as this process sees it";
        }
        if (failure instanceof NoRouteToHostException) {
            return "there is no route to the host; check the network between this process and the host";
        }
        if (failure instanceof ConnectException) {
            return "the host does not accept the connection; check the port, and firewalls on the way";
        }
        return failure instanceof SSLException ? tls(failure) : other(failure);
    }

    private static String tls(IOException failure) {
        if (has(failure, CertificateExpiredException.class) || has(failure, CertificateNotYetValidException.class)) {
            return "the host's TLS certificate is not valid at this time; renew it, or check the clocks";
        }
        if (has(failure, CertPathBuilderException.class) || has(failure, CertPathValidatorException.class)) {
            return "the host's TLS certificate is not signed by a trusted authority;"
                    + " set caCert to the certificate authority that signed it";
        }
        if (has(failure, CertificateException.class)) {
            return "the host's TLS certificate is for another name; use a host name that the certificate has";
        }
        return "the TLS handshake failed; check that the host and port are those of an https server";
    }

    private static boolean has(Throwable failure, Class<? extends Exception> type) {
        @Nullable Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static String other(IOException failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? "the connection was closed early"
                : "the connection failed: " + Quoted.quote(message);
    }
}
