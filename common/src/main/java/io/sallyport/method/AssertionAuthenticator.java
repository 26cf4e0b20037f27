package io.sallyport.method;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Fit;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.identity.cache.UniformReads;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.UnverifiedJwt;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Admits callers with an assertion of any kind: a platform's token, or the JWT of a trusted issuer. The claims of the
 * assertion choose among the identity's auth methods, and the chosen one verifies it by its own rules and keys; no
 * other party gets to see it, so that no platform sees a token meant for another.
 */
public final class AssertionAuthenticator {
    /** The checks before an assertion is verified. */
    public static final CheckSequence CHOICE_CHECKS =
            CheckSequence.of(Check.FORM, Check.IDENTITY, Check.ENABLED, Check.METHOD);

    private final CachedIdentities identities;
    private final List<Verifier<?, ?>> verifiers;

    /** @param verifiers of all supported methods: of two that an assertion fits equally, the first must verify it */
    public AssertionAuthenticator(CachedIdentities identities, List<Verifier<?, ?>> verifiers) {
        this.identities = identities;
        this.verifiers = List.copyOf(verifiers);
    }

    /**
     * @param clientId the client it must be for; if empty, the only identity that it fits
     * @throws Refused if it is not true or not allowed; {@link Reason#AMBIGUOUS_CLIENT} if it fits several
     */
    public Admitted admit(UnverifiedJwt assertion, Optional<String> clientId, Instant now) throws Refused {
        UniformReads reads = identities.uniformReads();
        try {
            return admit(reads, assertion, clientId, now);
        } catch (Refused refused) {
            if (!reads.again(refused)) {
                throw refused;
            }
            return admit(reads, assertion, clientId, now);
        }
    }

    /** Admits an assertion for a request that also reads other identities, and so repeats the reads itself. */
    public Admitted admit(UniformReads reads, UnverifiedJwt assertion, Optional<String> clientId, Instant now)
            throws Refused {
        return admit(choose(reads, assertion, clientId, CHOICE_CHECKS.begin()), assertion, now);
    }

    /**
     * Declares which identities {@link #admit} will read.
     *
     * @param says the claims of the assertion
     */
    public void prepare(UniformReads reads, Claims says, Optional<String> clientId) throws Refused {
        Optional<String> client = clientId;
        if (client.isEmpty() && namesClient(says)) {
            client = says.optionalText("aud");
        } else if (client.isEmpty()) {
            reads.mayAskTrusting(issuer(says), says.text("sub"));
        }
        client.ifPresent(reads::mayFindClient);
    }

    /**
     * All checks of an assertion for a method, in the order of the code.
     *
     * @return empty if the method accepts no assertion of a platform or issuer
     */
    public Optional<CheckSequence> checks(AuthMethod<?> method) {
        Optional<Verifier<?, ?>> verifier = verifierOf(method);
        return verifier.isPresent() ? Optional.of(checks(verifier.get(), method)) : Optional.empty();
    }

    private Optional<Verifier<?, ?>> verifierOf(AuthMethod<?> method) {
        for (Verifier<?, ?> verifier : verifiers) {
            if (verifier.type().isInstance(method)) {
                return Optional.of(verifier);
            }
        }
        return Optional.empty();
    }

    private static <M extends AuthMethod<A>, A extends Attestation> CheckSequence checks(
            Verifier<M, A> verifier, AuthMethod<?> method) {
        return verifier.checks(verifier.type().cast(method));
    }

    /**
     * Chooses the identity that the assertion claims, and the auth method that must verify it.
     *
     * @param clientId as for {@link #admit(UnverifiedJwt, Optional, Instant)}
     * @param trace of {@link #CHOICE_CHECKS}
     * @throws Refused if there is no such identity or method
     */
    public LoginCandidate<?> choose(UnverifiedJwt assertion, Optional<String> clientId, CheckTrace trace)
            throws Refused {
        return choose(identities.uniformReads(), assertion, clientId, trace);
    }

    private LoginCandidate<?> choose(
            UniformReads reads, UnverifiedJwt assertion, Optional<String> clientId, CheckTrace trace) throws Refused {
        trace.at(Check.FORM);
        assertion.require(UnverifiedJwt.Type.JWT_OR_JOSE);
        Claims says = assertion.unverifiedClaims();
        trace.at(Check.IDENTITY);
        Identity identity = clientId.isPresent() ? client(reads, clientId.get()) : theOneFor(reads, says);
        trace.at(Check.ENABLED);
        identity.requireEnabled();
        trace.at(Check.METHOD);
        AuthMethod<?> method = methodFor(identity, says)
                .orElseThrow(() ->
                        new Refused(Reason.NO_AUTH_METHOD, "the identity has no auth method for this kind of token"));
        return new LoginCandidate<>(identity, method);
    }

    private static Identity client(UniformReads reads, String clientId) throws Refused {
        return reads.findClient(clientId)
                .orElseThrow(
                        () -> new Refused(Reason.UNKNOWN_IDENTITY, "there is no client " + Quoted.quote(clientId)));
    }

    private Identity theOneFor(UniformReads reads, Claims says) throws Refused {
        if (namesClient(says)) {
            return client(reads, says.text("aud"));
        }
        List<Identity> candidates = reads.trusting(issuer(says), says.text("sub")).stream()
                .filter(identity -> fits(identity, says))
                .toList();
        List<Identity> enabled =
                candidates.stream().filter(identity -> !identity.disabled()).toList();
        List<Identity> found = enabled.isEmpty() ? candidates : enabled;
        if (found.size() > 1) {
            throw new Refused(Reason.AMBIGUOUS_CLIENT, found.size() + " identities admit this token; send client_id");
        }
        return found.stream()
                .findFirst()
                .orElseThrow(() -> new Refused(
                        Reason.UNKNOWN_IDENTITY, "no identity that can be found without client_id admits this token"));
    }

    /** A JWT-SVID need not have an issuer (SPIFFE JWT-SVID §3); its subject then names the trust domain. */
    private static String issuer(Claims says) throws Refused {
        String subject = says.text("sub");
        if (says.optionalText("iss").isEmpty() && subject.startsWith(Assertion.SPIFFE_SCHEME)) {
            int slash = subject.indexOf('/', Assertion.SPIFFE_SCHEME.length());
            return slash < 0 ? subject : subject.substring(0, slash);
        }
        return says.text("iss");
    }

    private boolean namesClient(Claims says) throws Refused {
        for (Verifier<?, ?> verifier : verifiers) {
            if (verifier.namesClient(says)) {
                return true;
            }
        }
        return false;
    }

    private boolean fits(Identity identity, Claims says) {
        try {
            Optional<AuthMethod<?>> method = methodFor(identity, says);
            return method.isPresent() && method.get().fit(says) != Fit.TRUSTED_ISSUER;
        } catch (Refused malformed) {
            return false;
        }
    }

    /** The method that it fits best. */
    private Optional<AuthMethod<?>> methodFor(Identity identity, Claims says) throws Refused {
        // Whatever the methods, these must be texts.
        says.optionalText("iss");
        says.optionalText("sub");
        Optional<AuthMethod<?>> best = Optional.empty();
        Fit closest = Fit.NONE;
        for (Verifier<?, ?> verifier : verifiers) {
            Optional<? extends AuthMethod<?>> method = identity.method(verifier.type());
            if (method.isPresent()) {
                Fit fit = method.get().fit(says);
                if (fit.compareTo(closest) < 0) {
                    best = Optional.of(method.get());
                    closest = fit;
                }
            }
        }
        return best;
    }

    /**
     * Verifies an assertion with the chosen method, and admits it or refuses.
     *
     * @param chosen with a method that takes assertions
     */
    private Admitted admit(LoginCandidate<?> chosen, UnverifiedJwt assertion, Instant now) throws Refused {
        CheckTrace trace = checks(chosen.method()).orElseThrow().begin();
        return admit(chosen, verifierOf(chosen), assertion, now, trace);
    }

    /**
     * Verifies an assertion as received with the chosen method, and records each check in the trace.
     *
     * @param chosen with a method that takes assertions
     * @param trace of the method's {@link #checks}
     */
    public Admitted admit(LoginCandidate<?> chosen, Assertion assertion, Instant now, CheckTrace trace) throws Refused {
        return admit(chosen, verifierOf(chosen), assertion, now, trace);
    }

    private Verifier<?, ?> verifierOf(LoginCandidate<?> chosen) {
        Optional<Verifier<?, ?>> verifier = verifierOf(chosen.method());
        if (verifier.isEmpty()) {
            throw new IllegalArgumentException(
                    "no assertion proves " + chosen.method().getClass());
        }
        return verifier.get();
    }

    private static <M extends AuthMethod<A>, A extends Attestation> Admitted admit(
            LoginCandidate<?> chosen, Verifier<M, A> verifier, Assertion assertion, Instant now, CheckTrace trace)
            throws Refused {
        Identity identity = chosen.identity();
        M method = verifier.type().cast(chosen.method());
        Verified<A> verified = verifier.verify(assertion, identity.id(), method, now, trace);
        return verifier.admit(identity, method, verified, trace);
    }

    private static <M extends AuthMethod<A>, A extends Attestation> Admitted admit(
            LoginCandidate<?> chosen, Verifier<M, A> verifier, UnverifiedJwt assertion, Instant now, CheckTrace trace)
            throws Refused {
        Identity identity = chosen.identity();
        M method = verifier.type().cast(chosen.method());
        Verified<A> verified = verifier.verify(assertion, identity.id(), method, now, trace);
        return verifier.admit(identity, method, verified, trace);
    }
}
