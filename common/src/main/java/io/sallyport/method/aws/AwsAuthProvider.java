package io.sallyport.method.aws;

import io.sallyport.Check;
import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.TokenPolicyDocument;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@link AwsAuth}: workloads of AWS. */
public final class AwsAuthProvider implements Provider<AwsAuth> {
    public static final String FIELD = "awsAuth";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "aws-auth";
    }

    @Override
    public Class<AwsAuth> type() {
        return AwsAuth.class;
    }

    @Override
    public AwsAuth read(Document document) {
        Set<AwsAuth.Option> options = EnumSet.noneOf(AwsAuth.Option.class);
        if (document.flag("singleUse", true)) {
            options.add(AwsAuth.Option.SINGLE_USE);
        }
        if (document.flag("requireServerId")) {
            options.add(AwsAuth.Option.REQUIRE_SERVER_ID);
        }
        AwsAuth aws = new AwsAuth(
                stsEndpoint(document),
                document.allowlist("allowedPrincipalArns"),
                document.allowlist("allowedAccountIds"),
                options,
                TokenPolicyDocument.read(document));
        document.requireNothingElse();
        return aws;
    }

    /** Infisical's Terraform provider sends an empty text for the default. */
    private static String stsEndpoint(Document document) {
        String endpoint = document.text("stsEndpoint").orElse("");
        return endpoint.isEmpty() ? AwsAuth.DEFAULT_ENDPOINT : endpoint;
    }

    @Override
    public Map<String, Object> write(AwsAuth aws) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("stsEndpoint", aws.stsEndpoint());
        fields.put("allowedPrincipalArns", List.copyOf(aws.principals().values()));
        fields.put("allowedAccountIds", List.copyOf(aws.accounts().values()));
        fields.put("singleUse", aws.isSingleUse());
        fields.put("requireServerId", aws.requiresServerId());
        TokenPolicyDocument.write(aws.policy(), fields);
        return fields;
    }

    @Override
    public Optional<Remedy> remedy(Reason reason) {
        return switch (reason) {
            case SIGNED_REQUEST_MALFORMED ->
                Optional.of(new Remedy(
                        AwsVerifier.SIGNED_REQUEST,
                        "The login is not a request with an Authorization header of AWS Signature Version 4, or "
                                + "has a header twice.",
                        "Send the headers of one signed request, as a JSON object of strings in base64."));
            case SIGNED_REQUEST_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        AwsVerifier.CALLER_IDENTITY,
                        "The request was signed for another method, body, service, region or host than "
                                + "GetCallerIdentity at AWS STS.",
                        "Sign POST / with Action=GetCallerIdentity&Version=2011-06-15 for the service sts and the "
                                + "host of the region that the signature names."));
            case SIGNED_HEADERS_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        AwsVerifier.SIGNED_HEADERS,
                        "The signature omits host, X-Amz-Date, the session token or the server id, or covers a header "
                                + "that Sallyport does not send.",
                        "Sign these headers, and no others than Accept, Content-Type, Content-Length and "
                                + "X-Amz-Content-Sha256, with the values in docs/clients.md."));
            case WRONG_SERVER_ID ->
                Optional.of(new Remedy(
                        AwsVerifier.SERVER_ID,
                        "The request was signed for another server, or for none although the identity requires it.",
                        "Sign X-Sallyport-Server-Id with the host of Sallyport's issuer. If it names another server, "
                                + "that server may be replaying logins."));
            case SIGNATURE_EXPIRED ->
                Optional.of(new Remedy(
                        AwsVerifier.SIGNED_AT,
                        "The request was signed more than 15 minutes ago.",
                        "Sign a fresh request for each login; if it is fresh, correct the clocks."));
            case SIGNATURE_NOT_YET_VALID ->
                Optional.of(new Remedy(
                        AwsVerifier.SIGNED_AT,
                        "The request was signed more than 5 minutes ahead of Sallyport's clock.",
                        "Correct the signer's clock or Sallyport's."));
            case CALLER_NOT_RECOGNIZED ->
                Optional.of(new Remedy(
                        AwsVerifier.STS,
                        "AWS does not accept the signature, the access key or the session token.",
                        "Look up the code of AWS in the detail: the keys have expired or were deleted, or the request "
                                + "was changed after it was signed."));
            case SIGNATURE_REUSED ->
                Optional.of(new Remedy(
                        Check.SINGLE_USE,
                        "A request with this signature logged in before. Two logins with the same keys in the same "
                                + "second have the same signature.",
                        "Wait a second and sign again. If none of your workloads logged in twice, the request was "
                                + "stolen: follow the incident steps."));
            case AWS_ACCOUNT_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        AwsAuth.ACCOUNT,
                        "The AWS account is not on the identity's list.",
                        "Add it, if it should be admitted."));
            case AWS_PRINCIPAL_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        AwsAuth.PRINCIPAL,
                        "The AWS principal is not on the identity's list.",
                        "Add its ARN, if it should be admitted: for a session, that of its role."));
            case STS_UNAVAILABLE ->
                Optional.of(new Remedy(
                        AwsVerifier.STS,
                        "AWS STS did not answer, or its answer is unusable.",
                        "Retry. If it persists, check the outbound connection to the host that the detail names."));
            case STS_TIMEOUT ->
                Optional.of(new Remedy(
                        AwsVerifier.STS,
                        "AWS STS did not answer within 10 seconds.",
                        "Retry. If it persists, check the outbound connection to the host that the detail names."));
            default -> Optional.empty();
        };
    }
}
