package io.sallyport.method.clientkey;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Name;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.Jwk;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.jwt.VerifiedJwt;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import io.sallyport.token.AssertionDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Verifies assertions that a client signed with its own key (RFC 7523 §2.2, §3; OpenID Connect Core §9). */
public final class ClientKeyVerifier extends Verifier<ClientKeyAuth, ClientKeyAttestation> {
    /** A client signs an assertion whenever it needs one. */
    private static final Duration MAX_LIFE = Duration.ofHours(1);

    private static final CheckSequence CHECKS = CheckSequence.of(Check.FORM)
            .then(JwtVerifier.CHECKS)
            .then(Check.END, Check.AUDIENCE, Check.CLAIMS)
            .then(ClientKeyAuth.CHECKS);

    private final Set<String> audiences;

    /** @param audiences the accepted {@code aud} values: the issuer, and the address of the token endpoint */
    public ClientKeyVerifier(Set<String> audiences) {
        this.audiences = Set.copyOf(audiences);
    }

    /** The client that an unverified assertion names; empty if a client did not sign it for itself. */
    public static Optional<String> client(Claims unverified) throws Refused {
        Optional<String> issuer = unverified.optionalText("iss");
        Optional<String> subject = unverified.optionalText("sub");
        return issuer.equals(subject) ? issuer.filter(Name::isValid) : Optional.empty();
    }

    @Override
    public Class<ClientKeyAuth> type() {
        return ClientKeyAuth.class;
    }

    @Override
    public CheckSequence checks(ClientKeyAuth method) {
        return CHECKS;
    }

    /** The caller has found this client by {@code iss}, so that is not checked again. */
    @Override
    public Verified<ClientKeyAttestation> verify(
            UnverifiedJwt jwt, IdentityId client, ClientKeyAuth method, Instant now, CheckTrace trace) throws Refused {
        trace.at(Check.FORM);
        jwt.require(UnverifiedJwt.Type.CLIENT_ASSERTION);
        VerifiedJwt verified =
                new JwtVerifier(method.keys().algorithm(), MAX_LIFE).verify(jwt, method.keys(), now, trace);
        Claims claims = verified.claims();
        trace.at(Check.END);
        Instant expiry = claims.time("exp");
        trace.at(Check.AUDIENCE);
        // Exactly one audience: with a list of several servers, each could replay it at the others (CVE-2025-27370).
        String audience = claims.text("aud");
        if (!audiences.contains(audience)) {
            throw new Refused(
                    Reason.WRONG_AUDIENCE, "aud is " + Quoted.quote(audience) + " and must be one of " + audiences);
        }
        trace.at(Check.CLAIMS);
        if (method.singleUse()) {
            requireId(claims);
        }
        return verified(
                new ClientKeyAttestation(
                        verified.key().id(), Jwk.thumbprint(verified.key().key())),
                method.singleUse()
                        ? Optional.of(new Verified.SingleUse(
                                new AssertionDigest(verified.digest()), expiry.plus(JwtVerifier.SKEW)))
                        : Optional.empty());
    }

    /**
     * Without a {@code jti}, two assertions signed in the same second could be identical: the second would count as
     * reused.
     */
    private static void requireId(Claims claims) throws Refused {
        if (claims.text("jti").isBlank()) {
            throw Refused.claim(Reason.CLAIM_MALFORMED, "jti", "jti is empty");
        }
    }
}
