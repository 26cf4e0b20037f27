package io.sallyport.method;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.identity.cache.UniformReads;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.DefaultPort;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.azure.AzureAuth;
import io.sallyport.method.azure.AzureVerifier;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.jwtbearer.JwtBearerAttestation;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.jwtbearer.JwtBearerVerifier;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.method.kubernetes.KubernetesVerifier;
import io.sallyport.method.kubernetes.ServiceAccountName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Admits whoever shows an assertion of any kind: a platform's token, or the JWT of a trusted issuer. What the assertion says
 * of itself chooses among the auth methods that the identity has, and each proves it by its own rules and keys; it is shown
 * to nobody else, so that no platform sees a token that was meant for another.
 */
public final class Assertions {
    /** What is asked before an assertion is proven. */
    public static final CheckSequence CHOICE_CHECKS =
            CheckSequence.of(Check.FORM, Check.IDENTITY, Check.ENABLED, Check.METHOD);

    private final CachedIdentities identities;
    private final GcpVerifier gcp;
    private final AzureVerifier azure;
    private final KubernetesVerifier kubernetes;
    private final JwtBearerVerifier jwtBearer;

    public Assertions(
            CachedIdentities identities,
            GcpVerifier gcp,
            AzureVerifier azure,
            KubernetesVerifier kubernetes,
            JwtBearerVerifier jwtBearer) {
        this.identities = identities;
        this.gcp = gcp;
        this.azure = azure;
        this.kubernetes = kubernetes;
        this.jwtBearer = jwtBearer;
    }

    /**
     * @param clientId whose it is; if that is not told, the one identity that it can be of
     * @throws Refused if it is not true or not allowed; {@link Reason#AMBIGUOUS_CLIENT} if it can be of several
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

    /** Admits it for a request that asks for identities by more than this, and so asks again itself. */
    public Admitted admit(UniformReads reads, UnverifiedJwt assertion, Optional<String> clientId, Instant now)
            throws Refused {
        return admit(choose(reads, assertion, clientId, CHOICE_CHECKS.begin()), assertion, now);
    }

    /**
     * Says beforehand for which identities {@link #admit} asks.
     *
     * @param says the claims of the assertion
     */
    public static void prepare(UniformReads reads, Claims says, Optional<String> clientId) throws Refused {
        Optional<String> client = clientId;
        if (client.isEmpty() && GcpVerifier.isOfGoogle(says)) {
            client = says.optionalText("aud");
        } else if (client.isEmpty()) {
            reads.mayAskTrusting(says.text("iss"), says.text("sub"));
        }
        client.ifPresent(reads::mayFindClient);
    }

    /**
     * All that is asked of an assertion for a method, in the order of the code.
     *
     * @return empty if the method takes no assertion of a platform or issuer
     */
    public Optional<CheckSequence> checks(AuthMethod<?> method) {
        if (method instanceof GcpAuth auth) {
            return Optional.of(gcp.checks(auth));
        }
        if (method instanceof AzureAuth auth) {
            return Optional.of(azure.checks(auth));
        }
        if (method instanceof KubernetesAuth auth) {
            return Optional.of(kubernetes.checks(auth));
        }
        return method instanceof JwtBearerAuth auth ? Optional.of(jwtBearer.checks(auth)) : Optional.empty();
    }

    /**
     * Whose the assertion says that it is, and the auth method that has to prove it.
     *
     * @param clientId as for {@link #admit(UnverifiedJwt, Optional, Instant)}
     * @param trace of {@link #CHOICE_CHECKS}
     * @throws Refused if there is no such identity or method
     */
    public Chosen<?> choose(UnverifiedJwt assertion, Optional<String> clientId, CheckTrace trace) throws Refused {
        return choose(identities.uniformReads(), assertion, clientId, trace);
    }

    private static Chosen<?> choose(
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
                .orElseThrow(
                        () -> new Refused(Reason.NO_AUTH_METHOD, "the identity has no auth method for such a token"));
        return new Chosen<>(identity, method);
    }

    private static Identity client(UniformReads reads, String clientId) throws Refused {
        return reads.findClient(clientId)
                .orElseThrow(
                        () -> new Refused(Reason.UNKNOWN_IDENTITY, "there is no client " + Quoted.quote(clientId)));
    }

    private static Identity theOneFor(UniformReads reads, Claims says) throws Refused {
        if (GcpVerifier.isOfGoogle(says)) {
            // Google's tokens are for the identity by its id.
            return client(reads, says.text("aud"));
        }
        List<Identity> candidates = reads.trusting(says.text("iss"), says.text("sub")).stream()
                .filter(identity -> fits(identity, says))
                .toList();
        List<Identity> enabled =
                candidates.stream().filter(identity -> !identity.disabled()).toList();
        List<Identity> found = enabled.isEmpty() ? candidates : enabled;
        if (found.size() > 1) {
            throw new Refused(Reason.AMBIGUOUS_CLIENT, found.size() + " identities admit such a token; send client_id");
        }
        return found.stream()
                .findFirst()
                .orElseThrow(() -> new Refused(
                        Reason.UNKNOWN_IDENTITY,
                        "no identity that can be found without client_id admits such a token"));
    }

    private static boolean fits(Identity identity, Claims says) {
        try {
            Optional<AuthMethod<?>> method = methodFor(identity, says);
            return method.isPresent() && (!(method.get() instanceof JwtBearerAuth auth) || admits(auth, says));
        } catch (Refused malformed) {
            return false;
        }
    }

    /** A trusted issuer that would have given it out, else the method of the platform that it says it is of. */
    private static Optional<AuthMethod<?>> methodFor(Identity identity, Claims says) throws Refused {
        String issuer = says.optionalText("iss").orElse("");
        Optional<JwtBearerAuth> bearer = identity.method(JwtBearerAuth.class).filter(auth -> auth.trusts(issuer));
        if (bearer.isPresent() && admits(bearer.get(), says)) {
            return Optional.of(bearer.get());
        }
        if (GcpVerifier.isOfGoogle(says) && identity.method(GcpAuth.class).isPresent()) {
            return identity.method(GcpAuth.class).map(method -> method);
        }
        Optional<AzureAuth> azure = identity.method(AzureAuth.class)
                .filter(method -> method.cloud().issuers(method.tenantId()).contains(issuer));
        if (azure.isPresent()) {
            return Optional.of(azure.get());
        }
        if (says.optionalText("sub").orElse("").startsWith(ServiceAccountName.PREFIX)) {
            Optional<KubernetesAuth> kubernetes = identity.method(KubernetesAuth.class)
                    // A cluster that reviews does not say which issuer is its own; one that is trusted by its keys is
                    // not.
                    .filter(method -> method.issuer()
                            .map(own -> DefaultPort.isSame(own, issuer))
                            .orElse(bearer.isEmpty()));
            if (kubernetes.isPresent()) {
                return Optional.of(kubernetes.get());
            }
        }
        return bearer.map(method -> method);
    }

    private static boolean admits(JwtBearerAuth auth, Claims says) {
        try {
            return auth.hasIssuerOf(JwtBearerAttestation.read(says, Set.of()));
        } catch (Refused refused) {
            return false;
        }
    }

    /**
     * Proves an assertion by the method that was chosen for it, and admits it or not.
     *
     * @param chosen with a method that takes assertions
     */
    private Admitted admit(Chosen<?> chosen, UnverifiedJwt assertion, Instant now) throws Refused {
        return admit(
                chosen, assertion, now, checks(chosen.method()).orElseThrow().begin());
    }

    /**
     * Proves an assertion by the method that was chosen for it, and tells how far it got.
     *
     * @param chosen with a method that takes assertions
     * @param trace of the method's {@link #checks}
     */
    public Admitted admit(Chosen<?> chosen, UnverifiedJwt assertion, Instant now, CheckTrace trace) throws Refused {
        Identity identity = chosen.identity();
        AuthMethod<?> method = chosen.method();
        if (method instanceof GcpAuth auth) {
            return admit(identity, auth, gcp, assertion, now, trace);
        }
        if (method instanceof AzureAuth auth) {
            return admit(identity, auth, azure, assertion, now, trace);
        }
        if (method instanceof KubernetesAuth auth) {
            return admit(identity, auth, kubernetes, assertion, now, trace);
        }
        return admit(identity, (JwtBearerAuth) method, jwtBearer, assertion, now, trace);
    }

    private static <M extends AuthMethod<A>, A extends Attestation> Admitted admit(
            Identity identity,
            M method,
            Verifier<M, A> verifier,
            UnverifiedJwt assertion,
            Instant now,
            CheckTrace trace)
            throws Refused {
        Verified<A> verified = verifier.verify(assertion, identity.id(), method, now, trace);
        return verifier.admit(identity, method, verified, trace);
    }
}
