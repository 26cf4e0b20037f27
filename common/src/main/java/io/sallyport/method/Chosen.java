package io.sallyport.method;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityId;
import io.sallyport.identity.cache.UniformReads;
import java.util.Optional;

/**
 * An identity that may log in, with the auth method that has to admit it. Nothing is proven yet.
 *
 * @param <M> which of its methods
 */
public record Chosen<M extends AuthMethod<?>>(Identity identity, M method) {
    /**
     * As a login chooses: by the id, and by the platform whose login it is.
     *
     * @throws Refused {@link Reason#UNKNOWN_IDENTITY}, {@link Reason#IDENTITY_DISABLED}, {@link Reason#NO_AUTH_METHOD}; as
     *     {@link UniformReads#find}
     */
    public static <M extends AuthMethod<?>> Chosen<M> of(UniformReads identities, IdentityId id, Class<M> type)
            throws Refused {
        Optional<Identity> identity = identities.find(id);
        if (identity.isEmpty()) {
            throw new Refused(Reason.UNKNOWN_IDENTITY, "there is no such identity");
        }
        identity.get().requireEnabled();
        Optional<M> method = identity.get().method(type);
        if (method.isEmpty()) {
            throw new Refused(Reason.NO_AUTH_METHOD, "the identity has no " + type.getSimpleName());
        }
        return new Chosen<>(identity.get(), method.get());
    }
}
