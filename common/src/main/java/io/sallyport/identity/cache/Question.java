package io.sallyport.identity.cache;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
import java.util.List;
import java.util.Optional;

/**
 * A name by which a stranger can ask for identities, and how many reads a denial costs: the maximum that a hit takes,
 * so that a miss takes no fewer.
 */
interface Question {
    /** Unique among all questions. */
    String key();

    /** The reads of an identity by its id. */
    int finds();

    /** The lookup keys that are read. */
    List<Lookup> lookups();

    /** An id to read when nothing is found that could be read. */
    default IdentityId filler() {
        return FILLER;
    }

    IdentityId FILLER = new IdentityId("none");

    List<Identity> ask(Reads reads) throws Refused;

    /** As a login names an identity. */
    record ById(IdentityId id) implements Question {
        @Override
        public String key() {
            return "id:" + id.value();
        }

        @Override
        public int finds() {
            return 1;
        }

        @Override
        public List<Lookup> lookups() {
            return List.of();
        }

        @Override
        public List<Identity> ask(Reads reads) throws Refused {
            Optional<Identity> found = reads.find(id);
            return found.isPresent() ? List.of(found.get()) : List.of();
        }
    }

    /** As a client of the token service names itself: by its id or its alias. */
    record ByClientId(Name clientId) implements Question {
        @Override
        public String key() {
            return "client:" + clientId.value();
        }

        /** An alias that could be an id is read as an id first, and then as an alias. */
        @Override
        public int finds() {
            return IdentityId.isValid(clientId.value()) ? 2 : 1;
        }

        @Override
        public List<Lookup> lookups() {
            return List.of(Lookup.alias(clientId));
        }

        @Override
        public List<Identity> ask(Reads reads) throws Refused {
            return reads.findClient(clientId).map(List::of).orElseGet(List::of);
        }
    }

    /** As an assertion without a {@code client_id} names a client: by its issuer and subject. */
    record ByAssertion(String issuer, String subject) implements Question {
        @Override
        public String key() {
            return Lookup.subject(issuer, subject).key();
        }

        /** If several trust the issuer, the others come from the cache where possible. */
        @Override
        public int finds() {
            return 1;
        }

        @Override
        public List<Lookup> lookups() {
            return List.of(Lookup.subject(issuer, subject), Lookup.issuer(issuer));
        }

        @Override
        public List<Identity> ask(Reads reads) throws Refused {
            return reads.trusting(lookups());
        }
    }
}
