package io.sallyport.method.kubernetes;

import io.sallyport.BoundedCache;
import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.http.outbound.TooManyReviewsException;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.ConnectionFailure;
import io.sallyport.jwt.HostNotAllowedException;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.KeySource;
import io.sallyport.jwt.RemoteKeys;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.jwt.VerifiedJwt;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import io.sallyport.method.VerifierContext;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.SecretCipher;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Verifies service account tokens: the cluster's API server reviews them, or the keys of its issuer verify them.
 * Verdicts are not cached here. The API server itself caches each success for 10 seconds, so a token whose pod or
 * account was deleted is refused after that time.
 */
public final class KubernetesVerifier extends Verifier<KubernetesAuth, KubernetesAttestation> {
    /** The kubelet replaces a mounted token that is older than a day, however long it lives. */
    private static final Duration MAX_LIFE = Duration.ofHours(24);

    public static final Check REVIEWER = new Check("reviewer", "the reviewer's token can be read");
    public static final Check AUTHENTICATED = new Check("authenticated", "the API server vouches for the token");

    private static final CheckSequence REVIEW_CHECKS =
            CheckSequence.of(Check.FORM).then(UnreviewedToken.CHECKS).then(REVIEWER, Check.REVIEW, AUTHENTICATED);

    private static final CheckSequence OFFLINE_CHECKS = CheckSequence.of(Check.FORM, Check.ALGORITHM, Check.TIMES)
            .then(ClusterToken.CHECKS)
            .then(JwtVerifier.CHECKS);

    private static final int MAX_ISSUERS = 1000;

    /** The characters allowed in the header Authorization after "Bearer" (RFC 6750 §2.1). */
    private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/=-]{1,16384}");

    private final GuardedHosts clusters;
    private final SecretCipher cipher;

    /**
     * The map's key is everything that leads to the keys, so that those of one cluster never prove a token of another.
     */
    private final BoundedCache<KubernetesAuth.Review, KeySource> issuers = new BoundedCache<>(MAX_ISSUERS);

    public KubernetesVerifier(GuardedHosts clusters, SecretCipher cipher) {
        this.clusters = clusters;
        this.cipher = cipher;
    }

    public static KubernetesVerifier of(VerifierContext context) {
        return new KubernetesVerifier(context.hosts(), context.cipher());
    }

    @Override
    public Class<KubernetesAuth> type() {
        return KubernetesAuth.class;
    }

    @Override
    public CheckSequence checks(KubernetesAuth method) {
        return method.isOffline() ? OFFLINE_CHECKS : REVIEW_CHECKS;
    }

    @Override
    public Verified<KubernetesAttestation> verify(
            UnverifiedJwt jwt, IdentityId identity, KubernetesAuth method, Instant now, CheckTrace trace)
            throws Refused {
        trace.at(Check.FORM);
        // Strangers must not cause a call with malformed text, nor with an access token of ours.
        jwt.require(UnverifiedJwt.Type.JWT);
        return verified(attestation(jwt, identity, method, now, trace), Optional.empty());
    }

    private KubernetesAttestation attestation(
            UnverifiedJwt jwt, IdentityId identity, KubernetesAuth method, Instant now, CheckTrace trace)
            throws Refused {
        if (method.review() instanceof KubernetesAuth.ByDiscovery found) {
            return prove(jwt, found.issuer().text(), found.algorithm(), keysOf(found), method, now, trace);
        }
        if (method.review() instanceof KubernetesAuth.ByAddress address) {
            return prove(jwt, address.issuer(), address.algorithm(), keysOf(address), method, now, trace);
        }
        if (method.review() instanceof KubernetesAuth.ByPastedKeys pasted) {
            return prove(jwt, pasted.issuer(), pasted.keys().algorithm(), pasted.keys(), method, now, trace);
        }
        UnreviewedToken.requireAdmissible(jwt, method, now, trace);
        trace.at(REVIEWER);
        if (method.review() instanceof KubernetesAuth.ByApi api) {
            return review(jwt, identity, api, method.audience(), trace);
        }
        trace.at(Check.REVIEW);
        throw new Refused(Reason.REVIEW_MODE_UNSUPPORTED, "reviews by a gateway are not supported yet");
    }

    private KubernetesAttestation review(
            UnverifiedJwt jwt,
            IdentityId identity,
            KubernetesAuth.ByApi api,
            Optional<String> audience,
            CheckTrace trace)
            throws Refused {
        String bearer =
                api.reviewerJwt().isPresent() ? reviewer(api.reviewerJwt().get(), identity, api) : jwt.compact();
        trace.at(Check.REVIEW);
        GuardedHosts.Answer answer = ask(api, bearer, TokenReview.of(jwt.compact(), audience));
        return switch (answer.status()) {
            case 200, 201 -> TokenReview.judge(answer.body(), jwt.compact(), audience, trace);
            case 401 -> {
                if (api.reviewerJwt().isEmpty()) {
                    trace.at(AUTHENTICATED);
                    throw new Refused(
                            Reason.NOT_AUTHENTICATED,
                            "HTTP status 401 for the workload's own token: it is not valid, or not for the API server");
                }
                throw new Refused(Reason.REVIEWER_REFUSED, "HTTP status 401: tokenReviewerJwt is not valid");
            }
            case 403 ->
                throw new Refused(
                        Reason.REVIEWER_REFUSED,
                        "HTTP status 403: " + (api.reviewerJwt().isEmpty() ? "the workload" : "tokenReviewerJwt")
                                + " needs the cluster role system:auth-delegator");
            default -> throw new Refused(Reason.REVIEW_UNAVAILABLE, at(api) + "HTTP status " + answer.status());
        };
    }

    /**
     * Decrypts for exactly the host and authorities that it is sent to: what the store says about them may be forged.
     */
    private String reviewer(EncryptedSecret encrypted, IdentityId identity, KubernetesAuth.ByApi api) throws Refused {
        String opened = cipher.decrypt(encrypted, api.reviewerPlace(identity)).text();
        if (!isBearer(opened)) {
            throw new Refused(Reason.SECRET_UNREADABLE, "tokenReviewerJwt is not a token");
        }
        return opened;
    }

    static boolean isBearer(String text) {
        return BEARER.matcher(text).matches();
    }

    private GuardedHosts.Answer ask(KubernetesAuth.ByApi api, String bearer, byte[] review) throws Refused {
        try {
            return clusters.post(api.host().uri(TokenReview.PATH), api.authorities(), bearer, review);
        } catch (HostNotAllowedException e) {
            throw new Refused(Reason.HOST_NOT_ALLOWED, at(api) + e.getMessage());
        } catch (TooManyReviewsException e) {
            throw new Refused(Reason.TOO_MANY_REVIEWS, at(api) + e.getMessage());
        } catch (SocketTimeoutException e) {
            throw new Refused(Reason.REVIEW_TIMEOUT, at(api) + "no answer in time");
        } catch (IOException e) {
            throw new Refused(Reason.REVIEW_UNAVAILABLE, at(api) + ConnectionFailure.describe(e));
        }
    }

    private static String at(KubernetesAuth.ByApi api) {
        return "the API server at " + api.host() + ": ";
    }

    private KeySource keysOf(KubernetesAuth.ByDiscovery issuer) {
        return issuers.computeIfAbsent(
                issuer,
                key -> RemoteKeys.ofIssuer(
                        issuer.issuer().discovery(),
                        issuer.issuer().text(),
                        issuer.algorithm(),
                        clusters.fetcher(issuer.authorities())));
    }

    private KeySource keysOf(KubernetesAuth.ByAddress address) {
        return issuers.computeIfAbsent(
                address,
                key -> RemoteKeys.jwks(
                        address.jwksUri().uri(), address.algorithm(), clusters.fetcher(address.authorities())));
    }

    private static KubernetesAttestation prove(
            UnverifiedJwt jwt,
            String issuer,
            Algorithm algorithm,
            KeySource keys,
            KubernetesAuth method,
            Instant now,
            CheckTrace trace)
            throws Refused {
        JwtVerifier verifier = new JwtVerifier(algorithm, MAX_LIFE);
        // A stranger must not cause a fetch of keys for a token that cannot be admitted anyway.
        verifier.requireAdmissible(jwt, now, trace);
        ClusterToken.requireAdmissible(jwt, issuer, method, trace);
        VerifiedJwt verified = verifier.verify(jwt, keys, now, trace);
        return ClusterToken.judge(verified, issuer, method.audience().orElseThrow(), trace);
    }
}
