package io.sallyport.method.kubernetes;

import io.sallyport.Check;
import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.SecretField;
import io.sallyport.identity.document.TokenPolicyDocument;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.secret.EncryptedSecret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link KubernetesAuth}: service accounts of Kubernetes. A field of another review mode is refused as unknown. */
public final class KubernetesProvider implements Provider<KubernetesAuth> {
    public static final String FIELD = "kubernetesAuth";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "kubernetes-auth";
    }

    @Override
    public Class<KubernetesAuth> type() {
        return KubernetesAuth.class;
    }

    @Override
    public Optional<SecretField<KubernetesAuth>> secret() {
        return Optional.of(new ReviewerJwtField());
    }

    @Override
    public KubernetesAuth read(Document document) {
        KubernetesAuth kubernetes = new KubernetesAuth(
                review(document),
                document.globs("allowedNamespaces"),
                document.globs("allowedNames"),
                document.allowlist("allowedServiceAccountIds"),
                new Placement(document.globs("allowedPodNames"), document.globs("allowedNodes")),
                text(document, "allowedAudience"),
                TokenPolicyDocument.read(document));
        document.requireNothingElse();
        return kubernetes;
    }

    private static KubernetesAuth.Review review(Document document) {
        return switch (text(document, "tokenReviewMode").orElse("api")) {
            case "api" ->
                new KubernetesAuth.ByApi(
                        KubernetesHost.parse(required(document, "kubernetesHost")),
                        text(document, "caCert").map(CaCertificates::parse),
                        text(document, "tokenReviewerJwtSealed").map(EncryptedSecret::new));
            case "gateway" -> new KubernetesAuth.ByGateway(required(document, "gatewayId"));
            case "jwks" -> byKeys(document);
            default ->
                throw new IllegalArgumentException("kubernetesAuth.tokenReviewMode must be api, gateway or jwks");
        };
    }

    private static KubernetesAuth.Review byKeys(Document document) {
        String issuer = required(document, "jwksIssuer");
        Algorithm algorithm = algorithm(text(document, "jwksAlgorithm").orElse("RS256"));
        Optional<String> keys = text(document, "jwksKeys");
        Optional<IssuerUrl> jwksUri = text(document, "jwksUri").map(IssuerUrl::new);
        if (keys.isPresent() && jwksUri.isPresent()) {
            throw new IllegalArgumentException("kubernetesAuth needs jwksKeys or jwksUri, not both");
        }
        if (keys.isPresent()) {
            return new KubernetesAuth.ByPastedKeys(issuer, PastedKeys.parse(keys.get(), algorithm));
        }
        Optional<CaCertificates> authorities = text(document, "caCert").map(CaCertificates::parse);
        if (jwksUri.isPresent()) {
            return new KubernetesAuth.ByAddress(issuer, jwksUri.get(), algorithm, authorities);
        }
        return new KubernetesAuth.ByDiscovery(new IssuerUrl(issuer), algorithm, authorities);
    }

    private static Algorithm algorithm(String name) {
        return switch (name) {
            case "RS256" -> Algorithm.RS256;
            case "ES256" -> Algorithm.ES256;
            default -> throw new IllegalArgumentException("kubernetesAuth.jwksAlgorithm must be RS256 or ES256");
        };
    }

    @Override
    public Map<String, Object> write(KubernetesAuth kubernetes) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (kubernetes.review() instanceof KubernetesAuth.ByApi api) {
            fields.put("tokenReviewMode", "api");
            fields.put("kubernetesHost", api.host().toString());
            api.authorities().ifPresent(authorities -> fields.put("caCert", authorities.pem()));
            api.reviewerJwt().ifPresent(jwt -> fields.put("tokenReviewerJwtSealed", jwt.text()));
        } else if (kubernetes.review() instanceof KubernetesAuth.ByGateway gateway) {
            fields.put("tokenReviewMode", "gateway");
            fields.put("gatewayId", gateway.gatewayId());
        } else if (kubernetes.review() instanceof KubernetesAuth.ByDiscovery issuer) {
            fields.put("tokenReviewMode", "jwks");
            fields.put("jwksIssuer", issuer.issuer().text());
            fields.put("jwksAlgorithm", issuer.algorithm().name());
            issuer.authorities().ifPresent(authorities -> fields.put("caCert", authorities.pem()));
        } else if (kubernetes.review() instanceof KubernetesAuth.ByAddress address) {
            fields.put("tokenReviewMode", "jwks");
            fields.put("jwksIssuer", address.issuer());
            fields.put("jwksUri", address.jwksUri().text());
            fields.put("jwksAlgorithm", address.algorithm().name());
            address.authorities().ifPresent(authorities -> fields.put("caCert", authorities.pem()));
        } else if (kubernetes.review() instanceof KubernetesAuth.ByPastedKeys issuer) {
            fields.put("tokenReviewMode", "jwks");
            fields.put("jwksIssuer", issuer.issuer());
            fields.put("jwksAlgorithm", issuer.keys().algorithm().name());
            fields.put("jwksKeys", issuer.keys().jwks());
        }
        fields.put("allowedNamespaces", kubernetes.namespaces().texts());
        fields.put("allowedNames", kubernetes.serviceAccounts().texts());
        fields.put(
                "allowedServiceAccountIds",
                List.copyOf(kubernetes.serviceAccountIds().values()));
        Placement placement = kubernetes.placement();
        if (placement.pods().isSet()) {
            fields.put("allowedPodNames", placement.pods().texts());
        }
        if (placement.nodes().isSet()) {
            fields.put("allowedNodes", placement.nodes().texts());
        }
        kubernetes.audience().ifPresent(audience -> fields.put("allowedAudience", audience));
        TokenPolicyDocument.write(kubernetes.policy(), fields);
        return fields;
    }

    private static String required(Document document, String name) {
        return text(document, name)
                .orElseThrow(() -> new IllegalArgumentException("kubernetesAuth." + name + " is required"));
    }

    /** Infisical's clients write an empty text for an unset field. */
    private static Optional<String> text(Document document, String name) {
        return document.text(name).map(String::trim).filter(text -> !text.isEmpty());
    }

    @Override
    public Optional<Remedy> remedy(Reason reason) {
        return switch (reason) {
            case NOT_AUTHENTICATED ->
                Optional.of(new Remedy(
                        KubernetesVerifier.AUTHENTICATED,
                        "The cluster's API server does not vouch for the token: it has expired, is for another "
                                + "audience or cluster, or its pod or account no longer exists.",
                        "Send the token that is mounted now, for the configured audience, to the identity of this"
                                + " cluster."));
            case NAMESPACE_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        KubernetesAuth.NAMESPACE,
                        "The namespace is not on the identity's list.",
                        "Add it, if it should be admitted."));
            case POD_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        Placement.POD,
                        "The pod is not on the identity's list, or the token is not bound to a pod.",
                        "Add its name or a pattern to allowedPodNames, if it should be admitted; send the token that is"
                                + " mounted into the pod."));
            case NODE_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        Placement.NODE,
                        "The node is not on the identity's list, or the token names no node.",
                        "Add its name or a pattern to allowedNodes, if it should be admitted; clusters before 1.30 do"
                                + " not report the node."));
            case REVIEWER_REFUSED ->
                Optional.of(new Remedy(
                        Check.REVIEW,
                        "The API server does not let Sallyport review tokens.",
                        "Set a fresh tokenReviewerJwt, and bind its account to system:auth-delegator."));
            case REVIEW_UNAVAILABLE ->
                Optional.of(new Remedy(
                        Check.REVIEW,
                        "The API server does not answer, or not as an API server does.",
                        "Check kubernetesHost, caCert and the network; the detail says what went wrong."));
            case REVIEW_TIMEOUT ->
                Optional.of(new Remedy(
                        Check.REVIEW,
                        "The API server does not answer in time.",
                        "Check the network path to the cluster, and its load."));
            case TOO_MANY_REVIEWS ->
                Optional.of(new Remedy(
                        Check.REVIEW,
                        "This cluster has as many reviews in progress as Sallyport allows, and none ended in "
                                + "time.",
                        "Check the API server: it answers slowly, or many workloads log in at once. Clients retry"
                                + " after Retry-After."));
            case REVIEW_MODE_UNSUPPORTED ->
                Optional.of(new Remedy(
                        Check.REVIEW,
                        "The identity asks for reviews by a gateway, which Sallyport does not support yet.",
                        "Set tokenReviewMode to api or jwks."));
            case SECRET_UNREADABLE ->
                Optional.of(new Remedy(
                        KubernetesVerifier.REVIEWER,
                        "A stored secret cannot be decrypted: it was encrypted with another key, for another "
                                + "identity, kubernetesHost or caCert, or by an older version.",
                        "Give the function the key that encrypted it, or set tokenReviewerJwt again."));
            default -> Optional.empty();
        };
    }
}
