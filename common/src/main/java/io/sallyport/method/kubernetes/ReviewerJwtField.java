package io.sallyport.method.kubernetes;

import io.sallyport.IdentityId;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.identity.document.SecretField;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The token with which Sallyport asks a cluster to review others; it is sent only to the cluster's API server. */
final class ReviewerJwtField implements SecretField<KubernetesAuth> {
    private static final String PLAIN = "tokenReviewerJwt";
    static final String ENCRYPTED = "tokenReviewerJwtSealed";

    @Override
    public String plain() {
        return PLAIN;
    }

    @Override
    public String encrypted() {
        return ENCRYPTED;
    }

    @Override
    public String placeFields() {
        return "kubernetesHost or caCert";
    }

    @Override
    public Secret parse(String text) {
        if (!KubernetesVerifier.isBearer(text)) {
            throw new IllegalArgumentException(KubernetesProvider.FIELD + "." + PLAIN + " is not a token");
        }
        return new Secret(text);
    }

    @Override
    public EncryptionContext place(IdentityId identity, KubernetesAuth method) {
        if (!(method.review() instanceof KubernetesAuth.ByApi api)) {
            throw new IllegalArgumentException(KubernetesProvider.FIELD + "." + PLAIN
                    + " applies only to tokenReviewMode api: no other mode uses it");
        }
        return api.reviewerPlace(identity);
    }

    @Override
    public Optional<EncryptedSecret> of(KubernetesAuth method) {
        return method.review() instanceof KubernetesAuth.ByApi api ? api.reviewerJwt() : Optional.empty();
    }

    @Override
    public boolean staysInPlace(
            Map<String, ? extends @Nullable Object> stored, Map<String, ? extends @Nullable Object> changed) {
        return host(stored).equals(host(changed)) && authorities(stored).equals(authorities(changed));
    }

    private static String host(Map<String, ? extends @Nullable Object> method) {
        return KubernetesHost.parse(String.valueOf(method.get("kubernetesHost")))
                .toString();
    }

    private static Optional<CaCertificates> authorities(Map<String, ? extends @Nullable Object> method) {
        return method.get("caCert") instanceof String pem && !pem.isBlank()
                ? Optional.of(CaCertificates.parse(pem))
                : Optional.empty();
    }
}
