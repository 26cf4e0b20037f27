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

/** A request of a caller who may make it. Only {@link AdminRoutes} makes one, once it has seen to that. */
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

    /** The identity that the path names. @throws Refused {@link Reason#NO_SUCH_IDENTITY} if nobody can be called so */
    IdentityId identity() throws Refused {
        String id = parameter("id");
        if (!IdentityId.isValid(id)) {
            throw new Refused(Reason.NO_SUCH_IDENTITY, "nobody can be called so");
        }
        return claim(new IdentityId(id));
    }

    /** Notes whose identity it is about, which need not be there. */
    IdentityId claim(IdentityId id) {
        claimed = Optional.of(id);
        audit.claimed(id);
        return id;
    }

    /** Notes that what was asked is done, so that the identity is known. */
    void done() {
        claimed.ifPresent(audit::identity);
    }

    String parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).orElseThrow();
    }

    Optional<String> query(String name) throws Refused {
        return request.query().get(name);
    }

    /** The fields of the body. @throws Refused as {@link Fields#parse} */
    Map<String, @Nullable Object> body() throws Refused {
        return Fields.parse(request);
    }

    Audit audit() {
        return audit;
    }
}
