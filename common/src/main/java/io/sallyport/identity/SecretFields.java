package io.sallyport.identity;

import io.sallyport.Refused;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An identity as people write it down, with secrets in the clear. They are sealed before anything else looks at it:
 * {@link IdentityDocument} takes no other.
 */
public final class SecretFields {
    private static final String KUBERNETES_AUTH = "kubernetesAuth";
    private static final String PLAIN = "tokenReviewerJwt";
    private static final String SEALED = "tokenReviewerJwtSealed";

    private SecretFields() {}

    /**
     * The same document with every secret sealed for its place.
     *
     * @throws IllegalArgumentException if a secret is no text, or stands there sealed as well
     */
    public static Map<String, @Nullable Object> seal(
            IdentityId id, Map<String, ? extends @Nullable Object> fields, Sealer sealer) throws Refused {
        Map<String, @Nullable Object> document = new LinkedHashMap<>(fields);
        if (fields.get(KUBERNETES_AUTH) instanceof Map<?, ?> auth && auth.containsKey(PLAIN)) {
            Map<String, @Nullable Object> kubernetes = new LinkedHashMap<>();
            auth.forEach((name, value) -> kubernetes.put(String.valueOf(name), value));
            Object plain = kubernetes.remove(PLAIN);
            if (kubernetes.containsKey(SEALED) || !(plain == null || plain instanceof String)) {
                throw new IllegalArgumentException(
                        KUBERNETES_AUTH + "." + PLAIN + " must be a text, and not stand beside " + SEALED);
            }
            if (plain instanceof String text && !text.isBlank()) {
                kubernetes.put(
                        SEALED,
                        sealer.seal(reviewerJwt(text.trim()), KubernetesVerifier.reviewerPlace(id))
                                .text());
            }
            document.put(KUBERNETES_AUTH, kubernetes);
        }
        return document;
    }

    /**
     * An auth method's fields after a change: a secret that was set takes the place of the one that is sealed. One that is
     * sealed stays with the host that it was given for: whoever may change identities may not read it, and so must not have
     * it sent to a host of his own.
     *
     * @param stored its fields before
     * @throws IllegalArgumentException if the host or its certificate authority changes and the secret is not given anew
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
                && Objects.equals(stored.get("caCert"), changed.get("caCert"))
                && Objects.equals(stored.get(SEALED), changed.get(SEALED));
    }

    private static String host(Map<String, ? extends @Nullable Object> method) {
        return KubernetesHost.parse(String.valueOf(method.get("kubernetesHost")))
                .toString();
    }

    private static Secret reviewerJwt(String text) {
        if (!KubernetesVerifier.isBearer(text)) {
            throw new IllegalArgumentException(KUBERNETES_AUTH + "." + PLAIN + " is no token");
        }
        return new Secret(text);
    }
}
