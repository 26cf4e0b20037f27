package io.sallyport.adminapi;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Fields;
import io.sallyport.http.Request;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An authorized request. Only {@link AdminRoutes} makes one, after its checks. */
final class AdminCall {
    private final Request request;
    private final Map<String, String> parameters;
    private final Audit audit;
    private Optional<IdentityId> claimed = Optional.empty();

    AdminCall(Request request, Map<String, String> parameters, Audit audit) {
        this.request = request;
        this.parameters = parameters;
        this.audit = audit;
    }

    /**
     * The identity that the path names.
     *
     * @throws Refused {@link Reason#NO_SUCH_IDENTITY} if it is not a valid id
     */
    IdentityId identity() throws Refused {
        String id = parameter("id");
        if (!IdentityId.isValid(id)) {
            throw new Refused(Reason.NO_SUCH_IDENTITY, "the path does not contain a valid identity id");
        }
        return claim(new IdentityId(id));
    }

    /** Records the identity that the request is about, which need not exist. */
    IdentityId claim(IdentityId id) {
        claimed = Optional.of(id);
        audit.claimed(id);
        return id;
    }

    /** Records that the request succeeded, so that the identity is known to exist. */
    void done() {
        claimed.ifPresent(audit::identity);
    }

    String parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).orElseThrow();
    }

    Optional<String> query(String name) throws Refused {
        return request.query().get(name);
    }

    /**
     * Parses the fields of the body.
     *
     * @throws Refused as {@link Fields#parse}
     */
    Map<String, @Nullable Object> body() throws Refused {
        return Fields.parse(request);
    }

    Audit audit() {
        return audit;
    }
}
