package io.sallyport.method.aws;

import io.sallyport.identity.Attestation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What AWS vouches for about a caller.
 *
 * @param userId the unique id, which a re-created user or role does not inherit; for a session, its role's and the
 *     session's name
 */
public record AwsAttestation(CallerArn caller, String userId) implements Attestation {
    static final String METHOD = "aws";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("account_id", caller.account());
        facts.put("arn", caller.text());
        facts.put("principal_arn", caller.principal());
        facts.put("user_id", userId);
        return facts;
    }
}
