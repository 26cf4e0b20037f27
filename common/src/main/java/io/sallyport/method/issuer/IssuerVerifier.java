package io.sallyport.method.issuer;

import io.sallyport.BoundedCache;
import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.KeySource;
import io.sallyport.jwt.RemoteKeys;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.jwt.VerifiedJwt;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import io.sallyport.token.AssertionDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Verifies JWTs of the issuers that an identity trusts (RFC 7523 §3). The claims of a JWT only choose among the issuers
 * configured for this identity; nothing is fetched for a JWT that none of them would admit.
 *
 * @param <M> the auth method that names the issuers
 */
public abstract class IssuerVerifier<M extends IssuerAuth> extends Verifier<M, IssuerAttestation> {
    /** CI systems issue JWTs for as long as a job may run; none that we know for longer than a day. */
    private static final Duration MAX_LIFE = Duration.ofHours(24);

    private static final int MAX_ISSUERS = 1000;

    private static final CheckSequence CHECKS = CheckSequence.of(Check.FORM, Check.CLAIMS)
            .then(TrustedIssuer.CHECKS)
            .then(Check.END)
            .then(JwtVerifier.CHECKS);

    private final Class<M> type;
    private final GuardedHosts hosts;
    private final String ownIssuer;

    /** The map's key is everything that leads to the keys, so that those of one issuer never prove a JWT of another. */
    private final BoundedCache<TrustedKeys, KeySource> keys = new BoundedCache<>(MAX_ISSUERS);

    /** @param ownIssuer our own issuer, whose tokens are no assertions, whatever an identity trusts */
    protected IssuerVerifier(Class<M> type, GuardedHosts hosts, String ownIssuer) {
        this.type = type;
        this.hosts = hosts;
        this.ownIssuer = ownIssuer;
    }

    @Override
    public final Class<M> type() {
        return type;
    }

    @Override
    public final CheckSequence checks(M method) {
        return CHECKS;
    }

    @Override
    public final Verified<IssuerAttestation> verify(
            UnverifiedJwt jwt, IdentityId identity, M method, Instant now, CheckTrace trace) throws Refused {
        trace.at(Check.FORM);
        jwt.require(UnverifiedJwt.Type.JWT_OR_JOSE);
        trace.at(Check.CLAIMS);
        IssuerAttestation says = IssuerAttestation.read(method.sessionMethod(), jwt.unverifiedClaims());
        trace.at(Check.ISSUER);
        if (says.issuer().equals(ownIssuer)) {
            throw new Refused(Reason.WRONG_ISSUER, "iss is Sallyport itself: its own tokens are not assertions");
        }
        TrustedIssuer issuer = method.issuerOf(says, trace);
        trace.at(Check.FORM);
        if (jwt.keyId().isEmpty() && issuer.keys().areRotated()) {
            throw new Refused(Reason.ASSERTION_MALFORMED, "the header names no key, and the issuer rotates its keys");
        }
        trace.at(Check.END);
        // Before any key is fetched: a JWT that never expires could never be revoked.
        Instant expiry = jwt.unverifiedClaims().time("exp");
        VerifiedJwt verified =
                new JwtVerifier(issuer.keys().algorithm(), MAX_LIFE).verify(jwt, keysOf(issuer.keys()), now, trace);
        return verified(
                method.session(IssuerAttestation.read(method.sessionMethod(), verified.claims()), issuer),
                issuer.singleUse()
                        ? Optional.of(new Verified.SingleUse(
                                new AssertionDigest(verified.digest()), expiry.plus(JwtVerifier.SKEW)))
                        : Optional.empty());
    }

    private KeySource keysOf(TrustedKeys trusted) {
        if (trusted instanceof TrustedKeys.Pasted pasted) {
            return pasted.keys();
        }
        return trusted instanceof TrustedKeys.Pem pem ? pem.keys() : keys.computeIfAbsent(trusted, this::remote);
    }

    private KeySource remote(TrustedKeys trusted) {
        if (trusted instanceof TrustedKeys.ByDiscovery found) {
            return RemoteKeys.ofIssuer(
                    found.issuer().discovery(), found.named(), found.algorithm(), hosts.fetcher(found.authorities()));
        }
        TrustedKeys.ByAddress address = (TrustedKeys.ByAddress) trusted;
        return RemoteKeys.jwks(address.jwksUri().uri(), address.algorithm(), hosts.fetcher(address.authorities()));
    }
}
