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
 * An identity's configuration for one platform: which workloads it admits, and what tokens they get. Construction fails
 * if it would admit everyone, or if unrelated organizations could meet its constraints with their own resources.
 *
 * @param <A> what the platform's verifier vouches for
 */
public interface AuthMethod<A extends Attestation> {
    /** The constraints that {@link #admit} checks, in order. */
    CheckSequence checks();

    /**
     * Checks that the attestation is allowed.
     *
     * @throws Refused saying which constraint the attestation does not meet
     */
    default void admit(A attestation) throws Refused {
        CheckTrace trace = checks().begin();
        admit(attestation, trace);
        trace.requireComplete();
    }

    /**
     * Checks that the attestation is allowed, as the last part of a decision that began with the verification.
     *
     * @param trace of a sequence with {@link #checks} in it
     * @throws Refused as {@link #admit(Attestation)}
     */
    void admit(A attestation, CheckTrace trace) throws Refused;

    /** Its credentials, each with its trust; none where the platform alone proves the caller. */
    default Map<Credential, Trust> credentials() {
        return Map.of();
    }

    /**
     * The credential with which a session began.
     *
     * @param facts of the session
     * @return empty if its sessions do not record it, as in older versions
     */
    default Optional<Credential> credential(Map<String, String> facts) {
        return Optional.empty();
    }

    /** The trust beyond that of its credentials. */
    default Trust trust() {
        return Trust.NONE;
    }

    /** The facts that its sessions keep, for {@link #has} and for the parties that read the token. */
    default Map<String, String> sessionFacts(Attestation attestation) {
        return attestation.facts();
    }

    /**
     * Whether it still has the credential with which a session began: removing a secret, a key or an issuer ends its
     * sessions. A session that does not record its credential has none.
     *
     * @param facts of the session: {@link #sessionFacts}
     */
    default boolean has(Map<String, String> facts) {
        Map<Credential, Trust> credentials = credentials();
        Optional<Credential> credential = credential(facts);
        return credentials.isEmpty() || (credential.isPresent() && credentials.containsKey(credential.get()));
    }

    /**
     * The keys by which stores find its identity from an assertion without a {@code client_id}; empty if they cannot.
     */
    default Set<Lookup> lookups() {
        return Set.of();
    }

    /**
     * How well an assertion's claims fit; the best-fitting method must verify it. This proves nothing.
     *
     * @param unverified the assertion's claims; {@code iss} and {@code sub} are texts or absent
     * @throws Refused if a claim is malformed
     */
    default Fit fit(Claims unverified) throws Refused {
        return Fit.NONE;
    }

    /** The {@code client_id} that this method gives its identity, beside its id and alias; unique like an alias. */
    default Optional<Name> clientId() {
        return Optional.empty();
    }

    /** The method that its sessions record: {@link Attestation#method()}. */
    String sessionMethod();

    /** Every method that its sessions may record, under any configuration. */
    default Set<String> sessionMethods() {
        return Set.of(sessionMethod());
    }

    TokenPolicy policy();
}
