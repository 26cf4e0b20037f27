package io.sallyport.identity;

import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Refused;
import io.sallyport.jwt.Claims;
import io.sallyport.token.TokenPolicy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An identity's configuration for one platform: whom it admits, and what tokens they get. One that would admit everybody
 * cannot be made, nor one whose constraints unrelated organizations could meet with resources of their own.
 *
 * @param <A> what the platform's verifier vouches for
 */
public interface AuthMethod<A extends Attestation> {
    /** The constraints that {@link #admit} checks, in its order. */
    CheckSequence checks();

    /** Is it allowed? @throws Refused saying which constraint the attestation does not meet */
    default void admit(A attestation) throws Refused {
        CheckTrace trace = checks().begin();
        admit(attestation, trace);
        trace.requireComplete();
    }

    /**
     * Is it allowed? As the last part of a decision that began with the verification.
     *
     * @param trace of a sequence with {@link #checks} in it
     * @throws Refused as {@link #admit(Attestation)}
     */
    void admit(A attestation, CheckTrace trace) throws Refused;

    /** Its credentials, with whom each of them believes; none where the platform alone proves who asks. */
    default Map<Credential, Trust> credentials() {
        return Map.of();
    }

    /**
     * Which credential a session began with.
     *
     * @param facts of the session
     * @return empty if its sessions do not tell, as those of older versions
     */
    default Optional<Credential> credential(Map<String, String> facts) {
        return Optional.empty();
    }

    /** Whom it believes beside what its credentials do. */
    default Trust trust() {
        return Trust.NONE;
    }

    /** The facts that its sessions keep, for {@link #has} and for whoever the token is shown to. */
    default Map<String, String> sessionFacts(Attestation attestation) {
        return attestation.facts();
    }

    /**
     * Whether it still has the credential that a session began with: a secret, a key or an issuer that was removed takes its
     * sessions along. A session that does not tell its credential has none.
     *
     * @param facts of the session: {@link #sessionFacts}
     */
    default boolean has(Map<String, String> facts) {
        Map<Credential, Trust> credentials = credentials();
        Optional<Credential> credential = credential(facts);
        return credentials.isEmpty() || (credential.isPresent() && credentials.containsKey(credential.get()));
    }

    /** How stores find its identity by what an assertion says, where it takes no {@code client_id}; empty if they cannot. */
    default Set<Lookup> lookups() {
        return Set.of();
    }

    /**
     * How well an assertion fits by what it says: the method that it fits best has to prove it. Nothing is proven by that.
     *
     * @param unverified what the assertion says, with texts as {@code iss} and {@code sub} or without them
     * @throws Refused if a claim is of the wrong form
     */
    default Fit fit(Claims unverified) throws Refused {
        return Fit.NONE;
    }

    /** How its sessions say that they were proven: {@link Attestation#method()}. */
    String sessionMethod();

    /** All that its sessions may say so, whatever its configuration is now. */
    default Set<String> sessionMethods() {
        return Set.of(sessionMethod());
    }

    TokenPolicy policy();
}
