package io.sallyport.method;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.UniformReads;
import java.util.Optional;

/**
 * An identity that may log in, with the auth method that must admit it. Nothing is proven yet.
 *
 * @param <M> which of its methods
 */
public record LoginCandidate<M extends AuthMethod<?>>(Identity identity, M method) {
    /** What a login checks before it looks at the credential. */
    public static final CheckSequence CHECKS = CheckSequence.of(Check.IDENTITY, Check.ENABLED, Check.METHOD);

    /**
     * Chooses as a login does: by the id, and by the platform whose login it is.
     *
     * @throws Refused {@link Reason#UNKNOWN_IDENTITY}, {@link Reason#IDENTITY_DISABLED}, {@link Reason#NO_AUTH_METHOD};
     *     as {@link UniformReads#find}
     */
    public static <M extends AuthMethod<?>> LoginCandidate<M> of(UniformReads identities, IdentityId id, Class<M> type)
            throws Refused {
        return of(identities, id, type, CHECKS.begin());
    }

    /**
     * Chooses as a login does, and records each check in the trace.
     *
     * @param trace of {@link #CHECKS}
     */
    public static <M extends AuthMethod<?>> LoginCandidate<M> of(
            UniformReads identities, IdentityId id, Class<M> type, CheckTrace trace) throws Refused {
        trace.at(Check.IDENTITY);
        Optional<Identity> identity = identities.find(id);
        if (identity.isEmpty()) {
            throw new Refused(Reason.UNKNOWN_IDENTITY, "there is no such identity");
        }
        trace.at(Check.ENABLED);
        identity.get().requireEnabled();
        trace.at(Check.METHOD);
        Optional<M> method = identity.get().method(type);
        if (method.isEmpty()) {
            throw new Refused(Reason.NO_AUTH_METHOD, "the identity has no " + type.getSimpleName());
        }
        trace.requireComplete();
        return new LoginCandidate<>(identity.get(), method.get());
    }
}
