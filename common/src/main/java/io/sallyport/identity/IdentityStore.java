package io.sallyport.identity;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Stores identities.
 *
 * <p>Every method throws {@link Refused} with {@link Reason#STORE_UNAVAILABLE} or {@link Reason#STORE_TIMEOUT} if the
 * store did not answer.
 */
public interface IdentityStore {
    /**
     * @return the record; empty if there is none with that id
     * @throws Refused also with {@link Reason#IDENTITY_INVALID} or {@link Reason#UNCONSTRAINED_AUTH_METHOD} if the
     *     stored document is not a valid identity: it cannot log in until an operator fixes it
     */
    Optional<IdentityRecord> findRecord(IdentityId id) throws Refused;

    /** Finds an identity without its registration, which logins do not need. */
    default Optional<Identity> find(IdentityId id) throws Refused {
        Optional<IdentityRecord> record = findRecord(id);
        return record.isPresent() ? Optional.of(record.get().identity()) : Optional.empty();
    }

    /**
     * The ids of the identities with a lookup key. The index may be behind, so check each identity when you read it.
     *
     * @param most how many ids to return at most; there may be more
     */
    List<IdentityId> find(Lookup lookup, int most) throws Refused;

    /**
     * The identities whose names begin with a text, ordered by name, by one indexed query. Invalid documents are left
     * out.
     */
    Page list(Listing listing) throws Refused;

    /**
     * A part of a list.
     *
     * @param namePrefix empty for all
     * @param after the cursor of the previous page, if there was one
     * @param skip how many to skip first; costs as much as reading them
     * @param limit how many at most
     */
    record Listing(String namePrefix, Optional<Cursor> after, int skip, int limit) {}

    /** Where a page ended. */
    record Cursor(String name, IdentityId id) {}

    /**
     * A part of a list.
     *
     * @param next where the next page begins, if there may be more
     */
    record Page(List<IdentityRecord> records, Optional<Cursor> next) {}

    /**
     * Replaces the whole document stored under the record's id, valid or not.
     *
     * @throws Refused {@link Reason#NAME_TAKEN} as {@link #change}
     */
    void save(IdentityRecord record) throws Refused;

    /** Saves an identity without a registration, as {@link #save(IdentityRecord)} does. */
    default void save(Identity identity) throws Refused {
        save(IdentityRecord.of(identity));
    }

    /** Computes a record from the stored one. It may run more than once and must have no side effects. */
    @FunctionalInterface
    interface Change {
        /**
         * @param stored empty if there is none
         * @return what to store in its place; empty to remove it
         * @throws Refused to leave everything as it is
         */
        Optional<IdentityRecord> apply(Optional<IdentityRecord> stored) throws Refused;
    }

    /** A completed change. */
    record Changed(Optional<IdentityRecord> before, Optional<IdentityRecord> after) {}

    /**
     * Changes a record in one atomic step.
     *
     * @throws Refused what the change throws; as {@link #findRecord}; or {@link Reason#NAME_TAKEN} if another identity
     *     has the alias or one of the audiences, or an alias equals another's id: nothing is stored then
     */
    Changed change(IdentityId id, Change change) throws Refused;

    /** Removes the identity, valid or not; does nothing if there is none with that id. */
    void delete(IdentityId id) throws Refused;

    /**
     * The number of changes made through this object, for caches: what was read before the last one may be outdated.
     * Changes by other processes are not counted.
     */
    default long changes() {
        return 0;
    }

    /**
     * A successful login.
     *
     * @param method how it was proven
     */
    record LastLogin(String method, Instant at) {}

    /** Records a login, unless one after the given instant is already known. */
    void noteLogin(IdentityId id, LastLogin login, Instant knownSince) throws Refused;

    /** The last recorded login. */
    Optional<LastLogin> lastLogin(IdentityId id) throws Refused;

    /** Records a use of a credential, unless one after the given instant is already known. */
    void noteUse(Credential credential, Instant at, Instant knownSince) throws Refused;

    /** The last recorded use of a credential. */
    Optional<Instant> lastUse(Credential credential) throws Refused;
}
