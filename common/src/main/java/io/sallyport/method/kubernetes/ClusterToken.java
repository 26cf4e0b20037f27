package io.sallyport.method.kubernetes;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.DefaultPort;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.jwt.VerifiedJwt;
import java.util.Optional;

/**
 * A service account token whose signature is verified: Kubernetes, "Managing Service Accounts", "Schema for service
 * account private claims".
 */
final class ClusterToken {
    /** The checks of the claims. */
    static final CheckSequence CHECKS = CheckSequence.of(Check.ISSUER, Check.AUDIENCE, Check.END, Check.SUBJECT)
            .then(KubernetesAuth.CHECKS);

    private ClusterToken() {}

    /**
     * Refuses a token that could not be admitted even with a valid signature: no keys are fetched for it.
     *
     * @throws Refused as {@link #judge} and {@link KubernetesAuth#admit} do
     */
    static void requireAdmissible(UnverifiedJwt jwt, String issuer, KubernetesAuth method, CheckTrace trace)
            throws Refused {
        method.admit(read(jwt.unverifiedClaims(), issuer, method.audience().orElseThrow(), trace), trace);
    }

    /**
     * @throws Refused {@link Reason#WRONG_ISSUER}, {@link Reason#WRONG_AUDIENCE},
     *     {@link Reason#SUBJECT_NOT_SERVICE_ACCOUNT}, {@link Reason#CLAIM_MISSING}, {@link Reason#CLAIM_MALFORMED}
     */
    static KubernetesAttestation judge(VerifiedJwt verified, String issuer, String audience, CheckTrace trace)
            throws Refused {
        return read(verified.claims(), issuer, audience, trace);
    }

    private static KubernetesAttestation read(Claims claims, String issuer, String audience, CheckTrace trace)
            throws Refused {
        trace.at(Check.ISSUER);
        String found = claims.text("iss");
        if (!DefaultPort.isSame(found, issuer)) {
            throw new Refused(
                    Reason.WRONG_ISSUER, "iss is " + Quoted.quote(found) + " and must be " + Quoted.quote(issuer));
        }
        trace.at(Check.AUDIENCE);
        if (!claims.texts("aud").contains(audience)) {
            throw new Refused(
                    Reason.WRONG_AUDIENCE,
                    "aud is " + Quoted.quote(claims.texts("aud").toString()) + " and must contain "
                            + Quoted.quote(audience));
        }
        trace.at(Check.END);
        // Tokens in Secrets have no expiry, and could never be revoked.
        claims.time("exp");
        claims.time("iat");
        trace.at(Check.SUBJECT);
        ServiceAccountName subject = ServiceAccountName.parse(claims.text("sub"));
        Claims kubernetes = object(claims, "kubernetes.io");
        Claims account = object(kubernetes, "serviceaccount");
        if (!kubernetes.text("namespace").equals(subject.namespace())
                || !account.text("name").equals(subject.name())) {
            throw Refused.claim(Reason.CLAIM_MALFORMED, "sub", "sub and kubernetes.io name different service accounts");
        }
        return new KubernetesAttestation(
                subject.namespace(),
                subject.name(),
                account.text("uid"),
                pod(kubernetes.optionalObject("pod")),
                node(kubernetes.optionalObject("node")));
    }

    private static Optional<KubernetesAttestation.Pod> pod(Optional<Claims> pod) throws Refused {
        return pod.isEmpty()
                ? Optional.empty()
                : Optional.of(new KubernetesAttestation.Pod(
                        pod.get().text("name"), pod.get().text("uid")));
    }

    private static Optional<KubernetesAttestation.Node> node(Optional<Claims> node) throws Refused {
        return node.isEmpty()
                ? Optional.empty()
                : Optional.of(new KubernetesAttestation.Node(
                        node.get().text("name"), node.get().optionalText("uid").orElse("")));
    }

    private static Claims object(Claims claims, String name) throws Refused {
        return claims.optionalObject(name)
                .orElseThrow(() -> Refused.claim(Reason.CLAIM_MISSING, name, "the claim " + name + " is missing"));
    }
}
