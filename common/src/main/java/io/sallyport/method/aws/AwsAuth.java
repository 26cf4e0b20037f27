package io.sallyport.method.aws;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.token.TokenPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Admits AWS principals by a request to AWS's security token service that they signed.
 *
 * @param stsEndpoint an address of that service, which Infisical's clients configure; it must be a listed one, and does
 *     not choose the host that is called
 * @param principals by ARN
 * @param accounts by number
 */
public record AwsAuth(
        String stsEndpoint, Allowlist principals, Allowlist accounts, Set<Option> options, TokenPolicy policy)
        implements AuthMethod<AwsAttestation> {

    /** How requests are protected from being sent twice, or to another server. */
    public enum Option {
        /** Admit each signature once. */
        SINGLE_USE,
        /** Refuse a request that is not signed for this server. */
        REQUIRE_SERVER_ID
    }

    static final String DEFAULT_ENDPOINT = "https://" + StsHosts.GLOBAL + "/";

    public static final Check ACCOUNT = new Check("aws_account", "the AWS account is allowed");
    public static final Check PRINCIPAL = new Check("aws_principal", "the AWS principal is allowed");

    static final CheckSequence CHECKS = CheckSequence.of(ACCOUNT, PRINCIPAL);

    private static final String HTTPS = "https://";
    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]{12}");

    /**
     * @throws IllegalArgumentException saying what is malformed; an {@link UnconstrainedException} if it would admit
     *     every customer of AWS
     */
    public AwsAuth {
        options = Set.copyOf(options);
        if (!isListed(stsEndpoint)) {
            throw new IllegalArgumentException("awsAuth.stsEndpoint must be https:// and a host of AWS STS, such as "
                    + DEFAULT_ENDPOINT + ", and is " + Quoted.quote(stsEndpoint));
        }
        principals = principals.map(text -> PrincipalPattern.parse(text).text());
        accounts = accounts.map(AwsAuth::account);
        if (!principals.isSet() && !accounts.isSet()) {
            throw new UnconstrainedException("awsAuth would admit every customer of AWS; set allowedPrincipalArns or"
                    + " allowedAccountIds, or * for any");
        }
    }

    private static boolean isListed(String endpoint) {
        String host = endpoint.startsWith(HTTPS) ? endpoint.substring(HTTPS.length()) : "";
        return StsHosts.isListed(host.endsWith("/") ? host.substring(0, host.length() - 1) : host);
    }

    private static String account(String id) {
        if (!ACCOUNT_ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "awsAuth.allowedAccountIds must be account numbers of 12 digits; it has " + Quoted.quote(id));
        }
        return id;
    }

    @Override
    public CheckSequence checks() {
        return CHECKS;
    }

    @Override
    public void admit(AwsAttestation workload, CheckTrace trace) throws Refused {
        CallerArn caller = workload.caller();
        trace.at(ACCOUNT);
        if (!accounts.allows(caller.account())) {
            throw new Refused(Reason.AWS_ACCOUNT_NOT_ALLOWED, "account " + caller.account() + " is not in " + accounts);
        }
        trace.at(PRINCIPAL);
        if (!allows(caller)) {
            throw new Refused(
                    Reason.AWS_PRINCIPAL_NOT_ALLOWED,
                    "principal " + Quoted.quote(caller.principal()) + " is not in " + principals + "; it signed as "
                            + Quoted.quote(caller.text()));
        }
    }

    private boolean allows(CallerArn caller) {
        if (!principals.isSet()) {
            return true;
        }
        for (PrincipalPattern pattern : patterns()) {
            if (pattern.allows(caller)) {
                return true;
            }
        }
        return false;
    }

    private List<PrincipalPattern> patterns() {
        List<PrincipalPattern> patterns = new ArrayList<>();
        for (String text : principals.values()) {
            patterns.add(PrincipalPattern.parse(text));
        }
        return patterns;
    }

    @Override
    public String sessionMethod() {
        return AwsAttestation.METHOD;
    }

    public boolean isSingleUse() {
        return options.contains(Option.SINGLE_USE);
    }

    public boolean requiresServerId() {
        return options.contains(Option.REQUIRE_SERVER_ID);
    }
}
