package io.sallyport.identity;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.util.List;
import java.util.Optional;

/**
 * Where identities are kept.
 *
 * <p>Every method throws {@link Refused} with {@link Reason#STORE_UNAVAILABLE} or {@link Reason#STORE_TIMEOUT} when the
 * store did not answer.
 */
public interface IdentityStore {
    /**
     * @return the identity; empty if there is none of that id
     * @throws Refused also with {@link Reason#IDENTITY_INVALID} or {@link Reason#UNCONSTRAINED_AUTH_METHOD} if what is
     *     stored is not a valid identity: it can then not log in until it is mended
     */
    Optional<Identity> find(IdentityId id) throws Refused;

    /**
     * Whose lookup key that is. What is found says so itself when it is read: an index may be behind.
     *
     * @param most how many ids are wanted; there may be more
     */
    List<IdentityId> find(Lookup lookup, int most) throws Refused;

    /**
     * Stores the identity whole, in place of what was stored under its id.
     *
     * @throws Refused also with {@link Reason#NAME_TAKEN} if its alias or one of its audiences is another's, or its alias
     *     another's id, or its id another's alias: nothing is stored then
     */
    void save(Identity identity) throws Refused;

    /** Removes the identity; nothing happens if there is none of that id. */
    void delete(IdentityId id) throws Refused;
}
