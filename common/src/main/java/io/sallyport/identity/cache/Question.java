package io.sallyport.identity.cache;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
import java.util.List;
import java.util.Optional;

/**
 * A name by which a stranger can ask for identities, with the reads that a denial costs: the most that finding one takes,
 * so that finding none takes no fewer.
 */
interface Question {
    /** Apart from those of every other question. */
    String key();

    /** Reads of an identity by its id. */
    int finds();

    /** Lookup keys that are read. */
    List<Lookup> lookups();

    /** An id to read where nothing is found that could be read. */
    default IdentityId filler() {
        return FILLER;
    }

    IdentityId FILLER = new IdentityId("none");

    List<Identity> ask(Reads reads) throws Refused;

    /** As logins name an identity. */
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

    /** As clients of the token service name themselves: by an id or an alias. */
    record ByClientId(Name clientId) implements Question {
        @Override
        public String key() {
            return "client:" + clientId.value();
        }

        /** An alias that could be an id is read as one first, and then whose it is. */
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

    /** As an assertion without {@code client_id} does: by who issued it, and for whom. */
    record ByAssertion(String issuer, String subject) implements Question {
        @Override
        public String key() {
            return Lookup.subject(issuer, subject).key();
        }

        /** Where several trust the issuer, the others come from the cache as far as they are there. */
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
