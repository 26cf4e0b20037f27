package io.sallyport.method.gcp;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.KeySource;
import io.sallyport.jwt.RemoteKeys;
import io.sallyport.jwt.ServiceAccountKeys;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.jwt.VerifiedJwt;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import io.sallyport.method.VerifierContext;
import io.sallyport.token.AssertionDigest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Verifies what Google Cloud workloads present. The auth method, never the token, decides which kind of token is
 * expected, so that the keys of one kind cannot prove a token of the other (CVE-2020-16251).
 */
public final class GcpVerifier extends Verifier<GcpAuth, GcpAttestation> {
    public static final Check EMAIL = new Check("email", "the e-mail address is verified");

    private static final CheckSequence ID_TOKEN_CHECKS = CheckSequence.of(Check.FORM)
            .then(JwtVerifier.CHECKS)
            .then(Check.ISSUER, Check.AUDIENCE, Check.END, EMAIL, Check.CLAIMS)
            .then(GcpAuth.checks(GcpAuth.Type.GCE));

    private static final CheckSequence SIGNED_JWT_CHECKS = CheckSequence.of(Check.FORM, Check.SUBJECT)
            .then(GcpAuth.checks(GcpAuth.Type.IAM))
            .then(JwtVerifier.CHECKS_BY_CERTIFICATE)
            .then(Check.AUDIENCE, Check.ISSUER, Check.END);

    private static final Set<String> ISSUERS = Set.of("https://accounts.google.com", "accounts.google.com");

    /** ID tokens live one hour; none is valid for more than a day. */
    private static final JwtVerifier ID_TOKENS = new JwtVerifier(Algorithm.RS256, Duration.ofHours(24));

    /** The limit of {@code signJwt} itself: the IAM Service Account Credentials API, {@code payload}. */
    private static final JwtVerifier SIGNED_JWTS = new JwtVerifier(Algorithm.RS256, Duration.ofHours(12));

    /** Google-managed keys of service accounts are valid for weeks; downloaded ones for years. */
    private static final Duration MAX_ROTATED_KEY = Duration.ofDays(60);

    /** A service account's address: it becomes part of a URL, so only these characters are allowed. */
    private static final Pattern SERVICE_ACCOUNT =
            Pattern.compile("[a-z0-9][a-z0-9.-]{0,126}@(?:[a-z0-9][a-z0-9-]{0,62}\\.){1,8}gserviceaccount\\.com");

    private final KeySource idTokenKeys;
    private final ServiceAccountKeys serviceAccountKeys;

    /**
     * Where Google publishes its keys.
     *
     * @param idTokens the JWK set for ID tokens
     * @param serviceAccounts ends with a slash; the address of an account is appended to it
     */
    public record Endpoints(URI idTokens, URI serviceAccounts) {
        public static final Endpoints GOOGLE = new Endpoints(
                URI.create("https://www.googleapis.com/oauth2/v3/certs"),
                URI.create("https://www.googleapis.com/service_accounts/v1/metadata/x509/"));
    }

    public GcpVerifier(Endpoints endpoints, Fetcher fetcher) {
        this.idTokenKeys = RemoteKeys.jwks(endpoints.idTokens(), Algorithm.RS256, fetcher);
        this.serviceAccountKeys = new ServiceAccountKeys(endpoints.serviceAccounts(), fetcher);
    }

    public static GcpVerifier of(VerifierContext context) {
        Endpoints endpoints = new Endpoints(
                context.address(Endpoints.GOOGLE.idTokens()), context.address(Endpoints.GOOGLE.serviceAccounts()));
        return new GcpVerifier(endpoints, context.fetcher());
    }

    /** Whether the unverified claims are those of a Google ID token, or of a JWT signed by a service account. */
    static boolean isOfGoogle(Claims unverified) throws Refused {
        Optional<String> issuer = unverified.optionalText("iss");
        Optional<String> subject = unverified.optionalText("sub");
        return issuer.filter(ISSUERS::contains).isPresent()
                || (subject.filter(account -> SERVICE_ACCOUNT.matcher(account).matches())
                                .isPresent()
                        && (issuer.isEmpty() || issuer.equals(subject)));
    }

    @Override
    public Class<GcpAuth> type() {
        return GcpAuth.class;
    }

    @Override
    public boolean namesClient(Claims unverified) throws Refused {
        return isOfGoogle(unverified);
    }

    @Override
    public CheckSequence checks(GcpAuth method) {
        return method.type() == GcpAuth.Type.GCE ? ID_TOKEN_CHECKS : SIGNED_JWT_CHECKS;
    }

    @Override
    public Verified<GcpAttestation> verify(
            UnverifiedJwt jwt, IdentityId audience, GcpAuth method, Instant now, CheckTrace trace) throws Refused {
        trace.at(Check.FORM);
        jwt.require(UnverifiedJwt.Type.JWT);
        return method.type() == GcpAuth.Type.GCE
                ? verifyIdToken(jwt, audience, now, trace)
                : verifySignedJwt(jwt, audience, method, now, trace);
    }

    /** Compute Engine, "Verifying the identity of instances"; OpenID Connect Core §3.1.3.7. */
    private Verified<GcpAttestation> verifyIdToken(
            UnverifiedJwt jwt, IdentityId audience, Instant now, CheckTrace trace) throws Refused {
        VerifiedJwt verified = ID_TOKENS.verify(jwt, idTokenKeys, now, trace);
        Claims claims = verified.claims();
        trace.at(Check.ISSUER);
        String issuer = claims.text("iss");
        if (!ISSUERS.contains(issuer)) {
            throw new Refused(Reason.WRONG_ISSUER, "iss is " + Quoted.quote(issuer) + " and not Google");
        }
        trace.at(Check.AUDIENCE);
        requireAudience(claims, audience);
        trace.at(Check.END);
        claims.time("exp");
        claims.time("iat");
        trace.at(EMAIL);
        String email = claims.text("email");
        if (!claims.optionalFlag("email_verified").orElse(false)) {
            throw new Refused(Reason.EMAIL_NOT_VERIFIED, "email_verified is not true");
        }
        trace.at(Check.CLAIMS);
        return verified(
                new GcpAttestation(GcpAuth.Type.GCE, email, claims.text("sub"), instance(claims)), Optional.empty());
    }

    private static Optional<GcpAttestation.Instance> instance(Claims claims) throws Refused {
        Optional<Claims> google = claims.optionalObject("google");
        Optional<Claims> compute =
                google.isPresent() ? google.get().optionalObject("compute_engine") : Optional.empty();
        if (compute.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new GcpAttestation.Instance(
                compute.get().text("project_id"),
                compute.get().text("zone"),
                compute.get().optionalText("instance_id").orElse(""),
                compute.get().optionalText("instance_name").orElse("")));
    }

    private Verified<GcpAttestation> verifySignedJwt(
            UnverifiedJwt jwt, IdentityId audience, GcpAuth method, Instant now, CheckTrace trace) throws Refused {
        trace.at(Check.SUBJECT);
        String account = jwt.unverifiedClaims().text("sub");
        if (!SERVICE_ACCOUNT.matcher(account).matches()) {
            throw new Refused(
                    Reason.SUBJECT_NOT_SERVICE_ACCOUNT,
                    "sub is " + Quoted.quote(account) + ", which is not a service account");
        }
        // A stranger must not cause a fetch of keys for an account that is not allowed anyway.
        method.admitServiceAccount(account, trace);
        VerifiedJwt verified = SIGNED_JWTS.verify(jwt, serviceAccountKeys.of(account), now, trace);
        Claims claims = verified.claims();
        trace.at(Check.AUDIENCE);
        requireAudience(claims, audience);
        trace.at(Check.ISSUER);
        Optional<String> issuer = claims.optionalText("iss");
        if (issuer.isPresent() && !issuer.get().equals(account)) {
            throw new Refused(
                    Reason.WRONG_ISSUER, "iss is " + Quoted.quote(issuer.get()) + " and sub " + Quoted.quote(account));
        }
        trace.at(Check.END);
        Instant validUntil = requireEnd(verified, method);
        Optional<Verified.SingleUse> singleUse = method.isSingleUse()
                ? Optional.of(new Verified.SingleUse(new AssertionDigest(verified.digest()), validUntil))
                : Optional.empty();
        return verified(new GcpAttestation(GcpAuth.Type.IAM, account, "", Optional.empty()), singleUse);
    }

    /**
     * When the JWT ceases to be valid. Infisical's clients sign no {@code exp}; such a JWT ends with the key that
     * signed it, if Google rotates that key. With a downloaded key it would never end.
     */
    private static Instant requireEnd(VerifiedJwt verified, GcpAuth method) throws Refused {
        Optional<Instant> expiry = verified.claims().optionalTime("exp");
        if (expiry.isPresent()) {
            return expiry.get().plus(JwtVerifier.SKEW);
        }
        if (method.requiresExpiry()) {
            throw new Refused(Reason.EXPIRY_REQUIRED, "the token has no exp and requireExpiry is set");
        }
        if (!verified.key().isValidAtMost(MAX_ROTATED_KEY)) {
            throw new Refused(
                    Reason.KEY_NOT_ROTATED,
                    "the token has no exp and is signed by a key that Google does not rotate, valid to "
                            + verified.key().notAfter() + "; sign it with signJwt, or with exp");
        }
        return verified.key().notAfter();
    }

    private static void requireAudience(Claims claims, IdentityId audience) throws Refused {
        String found = claims.text("aud");
        if (!found.equals(audience.value())) {
            throw new Refused(
                    Reason.WRONG_AUDIENCE,
                    "aud is " + Quoted.quote(found) + " and must be the identity id " + Quoted.quote(audience.value()));
        }
    }
}
