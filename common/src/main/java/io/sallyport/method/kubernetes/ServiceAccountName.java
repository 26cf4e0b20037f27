package io.sallyport.method.kubernetes;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kubernetes service account: {@code system:serviceaccount:NAMESPACE:NAME} (Kubernetes, "Service account tokens" of
 * "Authenticating"). A namespace is a DNS label, an account's name a DNS subdomain ("Object Names and IDs").
 */
public record ServiceAccountName(String namespace, String name) {
    public static final String PREFIX = "system:serviceaccount:";

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern USERNAME = Pattern.compile(
            PREFIX + "(?<namespace>" + LABEL + "):(?=[a-z0-9.-]{1,253}$)(?<name>" + LABEL + "(?:\\." + LABEL + ")*)");

    /** @throws Refused {@link Reason#SUBJECT_NOT_SERVICE_ACCOUNT} unless it is exactly that */
    static ServiceAccountName parse(String username) throws Refused {
        Matcher matcher = USERNAME.matcher(username);
        if (!matcher.matches()) {
            throw new Refused(
                    Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                    Quoted.quote(username) + " is not of the form system:serviceaccount:NAMESPACE:NAME");
        }
        return new ServiceAccountName(matcher.group("namespace"), matcher.group("name"));
    }
}
