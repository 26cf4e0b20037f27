package io.sallyport.identity;

import io.sallyport.Reason;
import io.sallyport.Refused;

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
     *     {@link CachedIdentities#find}
     */
    public static <M extends AuthMethod<?>> Chosen<M> of(CachedIdentities identities, IdentityId id, Class<M> type)
            throws Refused {
        Identity identity = identities
                .find(id)
                .orElseThrow(() -> new Refused(Reason.UNKNOWN_IDENTITY, "there is no such identity"));
        identity.requireEnabled();
        M method = identity.method(type)
                .orElseThrow(() -> new Refused(Reason.NO_AUTH_METHOD, "the identity has no " + type.getSimpleName()));
        return new Chosen<>(identity, method);
    }
}
