package io.sallyport.simulated.federation;

import io.sallyport.simulated.Reply;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;

/** An error of the token service, in the form of RFC 6749 §5.2; Google answers all of them with status 400. */
final class StsRefusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String error;
    private final String description;

    private StsRefusal(String error, String description) {
        super(error + ": " + description);
        this.error = error;
        this.description = description;
    }

    static StsRefusal invalidRequest(String description) {
        return new StsRefusal("invalid_request", description);
    }

    static StsRefusal invalidTarget(String description) {
        return new StsRefusal("invalid_target", description);
    }

    static StsRefusal invalidGrant(String description) {
        return new StsRefusal("invalid_grant", description);
    }

    static StsRefusal unauthorizedClient(String description) {
        return new StsRefusal("unauthorized_client", description);
    }

    Reply reply() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        body.put("error_description", description);
        return Reply.json(400, body);
    }
}
