package io.sallyport.identity;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Instant;
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
     * @return the record; empty if there is none of that id
     * @throws Refused also with {@link Reason#IDENTITY_INVALID} or {@link Reason#UNCONSTRAINED_AUTH_METHOD} if what is
     *     stored is not a valid identity: it can then not log in until it is mended
     */
    Optional<IdentityRecord> findRecord(IdentityId id) throws Refused;

    /** The same without what logins do not look at. */
    default Optional<Identity> find(IdentityId id) throws Refused {
        Optional<IdentityRecord> record = findRecord(id);
        return record.isPresent() ? Optional.of(record.get().identity()) : Optional.empty();
    }

    /**
     * Whose lookup key that is. What is found says so itself when it is read: an index may be behind.
     *
     * @param most how many ids are wanted; there may be more
     */
    List<IdentityId> find(Lookup lookup, int most) throws Refused;

    /**
     * Those whose names begin with a text, in the order of their names, by one indexed query. One whose document is not
     * valid is left out.
     */
    Page list(Listing listing) throws Refused;

    /**
     * Which part of a list.
     *
     * @param namePrefix empty for all
     * @param after the cursor of the page before, if there was one
     * @param skip how many to pass over first; it costs as much as reading them
     * @param limit how many at most
     */
    record Listing(String namePrefix, Optional<Cursor> after, int skip, int limit) {}

    /** Where a page ended. */
    record Cursor(String name, IdentityId id) {}

    /**
     * A part of a list.
     *
     * @param next where the next part begins, if there may be more
     */
    record Page(List<IdentityRecord> records, Optional<Cursor> next) {}

    /**
     * Stores the record whole, in place of whatever was stored under its id, valid or not.
     *
     * @throws Refused {@link Reason#NAME_TAKEN} as {@link #change}
     */
    void save(IdentityRecord record) throws Refused;

    /** The same for an identity of which nothing else is known. */
    default void save(Identity identity) throws Refused {
        save(IdentityRecord.of(identity));
    }

    /** What becomes of a record. It may be asked more than once, and does nothing else. */
    @FunctionalInterface
    interface Change {
        /**
         * @param stored empty if there is none
         * @return what to store in its place; empty to remove it
         * @throws Refused to leave everything as it is
         */
        Optional<IdentityRecord> apply(Optional<IdentityRecord> stored) throws Refused;
    }

    /** A change that was made. */
    record Changed(Optional<IdentityRecord> before, Optional<IdentityRecord> after) {}

    /**
     * Changes a record, as a single atomic step.
     *
     * @throws Refused what the change throws; as {@link #findRecord}; or {@link Reason#NAME_TAKEN} if the alias or one of
     *     the audiences is another's, or the alias another's id, or the id another's alias: nothing is stored then
     */
    Changed change(IdentityId id, Change change) throws Refused;

    /** Removes the identity, whatever is stored; nothing happens if there is none of that id. */
    void delete(IdentityId id) throws Refused;

    /**
     * How many changes were made by this object, for caches beside it: what was read before the last one may be outdated.
     * Changes that others make to what is stored are not counted.
     */
    default long changes() {
        return 0;
    }

    /**
     * A login that succeeded.
     *
     * @param method how it was proven
     */
    record LastLogin(String method, Instant at) {}

    /** Notes a login, unless one is known that was after the given instant. */
    void noteLogin(IdentityId id, LastLogin login, Instant knownSince) throws Refused;

    /** The last login that was noted. */
    Optional<LastLogin> lastLogin(IdentityId id) throws Refused;
}
