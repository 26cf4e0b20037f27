package io.sallyport.simulated.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.simulated.aws.AwsSession;
import io.sallyport.simulated.aws.AwsSignature;
import io.sallyport.simulated.aws.SignedRequest;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the token service asks of a request that AWS is to answer: "Workload Identity Federation", other clouds, AWS. What it
 * says of its refusals is ours.
 */
record AwsRequestCheck(AwsProvider provider, Instant now) {
    private static final String TARGET = "x-goog-cloud-target-resource";
    private static final Pattern HOST = Pattern.compile("sts(?:\\.([a-z0-9-]+))?\\.amazonaws\\.com");
    private static final String QUERY = "Action=GetCallerIdentity&Version=2011-06-15";

    /** The identity that the request proves. */
    FederatedIdentity identity(String token, List<String> scopes, Duration lifetime) throws StsRefusal {
        SignedRequest request = parse(token);
        check(request);
        AwsSession caller = provider.aws()
                .caller(request)
                .orElseThrow(() -> StsRefusal.invalidGrant("AWS does not answer the request with an identity."));
        if (!caller.account().equals(provider.account())) {
            throw StsRefusal.invalidGrant("The AWS account is not the provider's.");
        }
        Map<String, Object> claims =
                Map.of("arn", caller.arn(), "account", caller.account(), "userid", "AROA:" + caller.name());
        if (!provider.condition().test(claims)) {
            throw StsRefusal.unauthorizedClient("The given credential is rejected by the attribute condition.");
        }
        if (caller.arn().getBytes(UTF_8).length > SubjectTokenCheck.MAX_SUBJECT) {
            throw StsRefusal.invalidRequest("The size of mapped attribute google.subject exceeds the 127 bytes limit.");
        }
        return new FederatedIdentity(
                provider.name(), caller.arn(), Map.of("aws_role", caller.roleArn()), scopes, now.plus(lifetime));
    }

    private static SignedRequest parse(String token) throws StsRefusal {
        try {
            return SignedRequest.parse(token);
        } catch (ParseException e) {
            throw StsRefusal.invalidRequest("The AWS request cannot be read.");
        }
    }

    /** Requires that it goes to AWS, calls that one action, and was signed for this provider. */
    private void check(SignedRequest request) throws StsRefusal {
        String host = String.valueOf(request.url().getHost());
        if (!request.method().equals("POST")
                || !"https".equals(request.url().getScheme())
                || !HOST.matcher(host).matches()
                || !host.equals(request.header("host"))
                || !QUERY.equals(request.url().getRawQuery())) {
            throw StsRefusal.invalidRequest("The AWS request is not GetCallerIdentity of AWS STS.");
        }
        List<String> signed = request.signature().map(AwsSignature::signed).orElse(List.of());
        if (!signed.containsAll(List.of("host", "x-amz-date", TARGET))
                || !request.header(TARGET).equals(provider.name().audience())) {
            throw StsRefusal.invalidGrant("The AWS request was not signed for this provider.");
        }
    }
}
