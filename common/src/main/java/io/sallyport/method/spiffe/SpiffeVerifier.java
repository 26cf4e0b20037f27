package io.sallyport.method.spiffe;

import io.sallyport.BoundedCache;
import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.SpiffeBundle;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.issuer.IssuerAttestation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Verifies JWT-SVIDs (SPIFFE JWT-SVID §5). The trust domain of the auth method, never the JWT, decides whose keys count;
 * nothing is fetched for a JWT that the method would not admit.
 */
public final class SpiffeVerifier extends Verifier<SpiffeAuth, SpiffeAttestation> {
    /** SPIRE signs JWT-SVIDs for minutes; none that we know lives longer than a day. */
    private static final Duration MAX_LIFE = Duration.ofHours(24);

    private static final int MAX_BUNDLES = 1000;

    private static final CheckSequence CHECKS = CheckSequence.of(Check.FORM, Check.CLAIMS)
            .then(SpiffeAuth.CHECKS)
            .then(Check.END)
            .then(JwtVerifier.CHECKS);

    private final GuardedHosts hosts;
    private final String ownIssuer;

    /** By trust domain and source, so that the keys of one trust domain never prove a JWT of another. */
    private final BoundedCache<Source, SpiffeBundle> bundles = new BoundedCache<>(MAX_BUNDLES);

    private record Source(String trustDomain, TrustBundle bundle) {}

    /** @param ownIssuer our own issuer, whose tokens are no assertions */
    public SpiffeVerifier(GuardedHosts hosts, String ownIssuer) {
        this.hosts = hosts;
        this.ownIssuer = ownIssuer;
    }

    public static SpiffeVerifier of(VerifierContext context) {
        return new SpiffeVerifier(context.hosts(), context.ownIssuer());
    }

    @Override
    public Class<SpiffeAuth> type() {
        return SpiffeAuth.class;
    }

    @Override
    public CheckSequence checks(SpiffeAuth method) {
        return CHECKS;
    }

    @Override
    public Verified<SpiffeAttestation> verify(
            UnverifiedJwt jwt, IdentityId identity, SpiffeAuth method, Instant now, CheckTrace trace) throws Refused {
        trace.at(Check.FORM);
        jwt.require(UnverifiedJwt.Type.JWT_OR_JOSE);
        if (jwt.keyId().isEmpty()) {
            throw new Refused(Reason.ASSERTION_MALFORMED, "the header names no key, and a bundle has several");
        }
        trace.at(Check.CLAIMS);
        Claims claims = jwt.unverifiedClaims();
        // JWT-SVID §3: no issuer is needed, and none is compared.
        if (claims.optionalText("iss").orElse("").equals(ownIssuer)) {
            throw new Refused(Reason.WRONG_ISSUER, "iss is Sallyport itself: its own tokens are not assertions");
        }
        SpiffeAttestation says =
                new SpiffeAttestation(method.trustDomain(), claims.text("sub"), IssuerAttestation.audience(claims));
        method.admit(says, trace);
        trace.at(Check.END);
        // Before any key is fetched: a JWT that never expires could never be revoked.
        claims.time("exp");
        // The bundle has each key for one algorithm, and finds none for another.
        new JwtVerifier(algorithm(jwt, trace), MAX_LIFE).verify(jwt, bundleOf(method), now, trace);
        return verified(says, Optional.empty());
    }

    private static Algorithm algorithm(UnverifiedJwt jwt, CheckTrace trace) throws Refused {
        Optional<Algorithm> named = Algorithm.named(jwt.algorithm());
        if (named.isPresent()) {
            return named.get();
        }
        trace.at(Check.ALGORITHM);
        throw new Refused(
                Reason.ALGORITHM_NOT_ALLOWED,
                "the token's alg is " + Quoted.quote(jwt.algorithm()) + ", which no key of a bundle is for");
    }

    private SpiffeBundle bundleOf(SpiffeAuth method) {
        return bundles.computeIfAbsent(new Source(method.trustDomain(), method.bundle()), this::bundle);
    }

    private SpiffeBundle bundle(Source source) {
        if (source.bundle() instanceof TrustBundle.AtEndpoint found) {
            return SpiffeBundle.at(found.endpoint().uri(), found.refresh(), hosts.fetcher(found.authorities()));
        }
        return SpiffeBundle.pasted(((TrustBundle.Pasted) source.bundle()).text());
    }
}
