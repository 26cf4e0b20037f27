package io.sallyport.adminapi;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Fields;
import io.sallyport.http.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An authorized request. Only {@link AdminRoutes} makes one, after its checks. */
final class AdminCall {
    /** What Infisical's clients repeat in a body, by the parameter of the path that it must equal. */
    private static final Map<String, String> REPEATED = Map.of("id", "identityId", "secretId", "clientSecretId");

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

    /** Whether the request has a body, which some requests may have or not. */
    boolean hasBody() throws Refused {
        return request.body().bytes().length > 0;
    }

    Optional<String> query(String name) throws Refused {
        return request.query().get(name);
    }

    /**
     * Parses the fields of the body, without the ids that it repeats from the path.
     *
     * @throws Refused as {@link Fields#parse}; {@link Reason#INVALID_FIELDS} if it repeats another id than the path's
     */
    Map<String, @Nullable Object> body() throws Refused {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(Fields.parse(request));
        removeSameIds(fields);
        return fields;
    }

    /**
     * The identity that the path of a {@code DELETE} names. Its body has no meaning (RFC 9110 §9.3.5), so any is
     * accepted, except one that says another id: then the caller meant to delete something else.
     *
     * @throws Refused as {@link #identity}; {@link Reason#INVALID_FIELDS} if the body repeats another id than the path's
     */
    IdentityId identityToDelete() throws Refused {
        IdentityId id = identity();
        removeSameIds(bodyIfReadable());
        return id;
    }

    private Map<String, @Nullable Object> bodyIfReadable() {
        try {
            return new LinkedHashMap<>(Fields.parse(request));
        } catch (Refused unreadable) {
            return new LinkedHashMap<>();
        }
    }

    private void removeSameIds(Map<String, @Nullable Object> fields) throws Refused {
        for (Map.Entry<String, String> repeated : REPEATED.entrySet()) {
            String inPath = parameters.get(repeated.getKey());
            String name = repeated.getValue();
            if (inPath != null && fields.containsKey(name) && !inPath.equals(fields.remove(name))) {
                throw Refused.fields(List.of(new InvalidField(name, "must equal the id in the path")));
            }
        }
    }

    Audit audit() {
        return audit;
    }
}
