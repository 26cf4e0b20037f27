package io.sallyport.testing;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Request;
import io.sallyport.token.AccessToken;
import java.util.Map;

/** Decisions as a login collects them, for tests of their further use. */
public final class TestDecisions {
    private TestDecisions() {}

    public static Audit granted(Request request, String identity, Map<String, String> attestation, AccessToken token) {
        Audit decision = new Audit(request, "login");
        decision.identity(new IdentityId(identity));
        decision.verified("gcp-iam", attestation);
        decision.issued(token);
        return decision;
    }

    public static Audit refused(Request request, String identity, Refused why) {
        Audit decision = new Audit(request, "login");
        decision.claimed(new IdentityId(identity));
        decision.refused(why);
        return decision;
    }
}
