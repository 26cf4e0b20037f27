package io.sallyport.method;

import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.identity.Document;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.method.kubernetes.KubernetesAuthDocument;
import io.sallyport.method.kubernetes.KubernetesVerifier;
import io.sallyport.secret.SealedSecret;
import io.sallyport.secret.Sealer;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretPlace;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An identity as people write it down, with secrets in the clear. They are encrypted before anything else looks at it:
 * {@link IdentityDocument} takes no other.
 */
public final class SecretFields {
    private static final String KUBERNETES_AUTH = "kubernetesAuth";
    private static final String PLAIN = "tokenReviewerJwt";
    private static final String SEALED = "tokenReviewerJwtSealed";

    private SecretFields() {}

    /** A secret in the clear, and what its ciphertext is bound to. */
    public record Plain(Secret secret, SecretPlace place) {}

    /** Encrypts every secret of a document for its place. @throws IllegalArgumentException as {@link #plain} */
    public static Map<String, @Nullable Object> seal(
            IdentityId id, Map<String, ? extends @Nullable Object> fields, Sealer sealer) throws Refused {
        Optional<Plain> plain = plain(id, fields);
        return withCiphertext(
                fields,
                plain.isPresent()
                        ? Optional.of(
                                sealer.seal(plain.get().secret(), plain.get().place()))
                        : Optional.empty());
    }

    /**
     * The secret that a document holds in the clear.
     *
     * @throws IllegalArgumentException if the secret is not a text, or stands beside its ciphertext; or if the auth method that
     *     it belongs to is not valid, or sends it nowhere
     */
    public static Optional<Plain> plain(IdentityId id, Map<String, ? extends @Nullable Object> fields) {
        if (!(fields.get(KUBERNETES_AUTH) instanceof Map<?, ?> auth) || !auth.containsKey(PLAIN)) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> kubernetes = copy(auth);
        Object plain = kubernetes.remove(PLAIN);
        if (kubernetes.containsKey(SEALED) || !(plain == null || plain instanceof String)) {
            throw new IllegalArgumentException(
                    KUBERNETES_AUTH + "." + PLAIN + " must be a text, and not stand beside " + SEALED);
        }
        if (!(plain instanceof String text) || text.isBlank()) {
            return Optional.empty();
        }
        Secret secret = reviewerJwt(text.trim());
        KubernetesAuth method =
                KubernetesAuthDocument.read(new Document("identity " + id + "." + KUBERNETES_AUTH, kubernetes));
        if (!(method.review() instanceof KubernetesAuth.ByApi api)) {
            throw new IllegalArgumentException(
                    KUBERNETES_AUTH + "." + PLAIN + " applies to tokenReviewMode api only: no other sends it");
        }
        return Optional.of(new Plain(secret, api.reviewerJwtPlace(id)));
    }

    /** Puts the ciphertext in the place of what {@link #plain} found; a secret that is empty goes. */
    public static Map<String, @Nullable Object> withCiphertext(
            Map<String, ? extends @Nullable Object> fields, Optional<SealedSecret> ciphertext) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>(fields);
        if (fields.get(KUBERNETES_AUTH) instanceof Map<?, ?> auth && auth.containsKey(PLAIN)) {
            Map<String, @Nullable Object> kubernetes = copy(auth);
            kubernetes.remove(PLAIN);
            ciphertext.ifPresent(made -> kubernetes.put(SEALED, made.text()));
            document.put(KUBERNETES_AUTH, kubernetes);
        }
        return document;
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> fields) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        fields.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }

    /**
     * An auth method's fields after a change: a secret that was set takes the place of the one that is encrypted. One that is
     * encrypted stays with the host that it was given for: who may change identities may not read it, and so must not have
     * it sent to another host.
     *
     * @param stored its fields before
     * @throws IllegalArgumentException if the host or its certificate authority changes and the secret is not set again
     */
    public static Map<String, @Nullable Object> replaced(
            Map<String, ? extends @Nullable Object> stored,
            Map<String, @Nullable Object> changed,
            Map<String, ? extends @Nullable Object> changes) {
        Map<String, @Nullable Object> replaced = new LinkedHashMap<>(changed);
        if (changes.containsKey(PLAIN)) {
            replaced.remove(SEALED);
        } else if (replaced.containsKey(SEALED) && !isForTheSameHost(stored, replaced)) {
            throw new IllegalArgumentException(KUBERNETES_AUTH + "." + PLAIN
                    + " must be given anew, or as null to do without, when kubernetesHost or caCert changes");
        }
        return replaced;
    }

    private static boolean isForTheSameHost(
            Map<String, ? extends @Nullable Object> stored, Map<String, ? extends @Nullable Object> changed) {
        return host(stored).equals(host(changed))
                && authorities(stored).equals(authorities(changed))
                && Objects.equals(stored.get(SEALED), changed.get(SEALED));
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

    private static Secret reviewerJwt(String text) {
        if (!KubernetesVerifier.isBearer(text)) {
            throw new IllegalArgumentException(KUBERNETES_AUTH + "." + PLAIN + " is no token");
        }
        return new Secret(text);
    }
}
