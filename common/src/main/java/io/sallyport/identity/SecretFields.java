package io.sallyport.identity;

import io.sallyport.Refused;
import java.util.LinkedHashMap;
import java.util.Map;
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
     * An auth method's fields after a change: a secret that was set takes the place of the one that is sealed.
     *
     * @param method its fields, the changes among them
     */
    public static Map<String, @Nullable Object> replaced(
            Map<String, @Nullable Object> method, Map<String, ? extends @Nullable Object> changes) {
        Map<String, @Nullable Object> replaced = new LinkedHashMap<>(method);
        if (changes.containsKey(PLAIN)) {
            replaced.remove(SEALED);
        }
        return replaced;
    }

    private static Secret reviewerJwt(String text) {
        if (!KubernetesVerifier.isBearer(text)) {
            throw new IllegalArgumentException(KUBERNETES_AUTH + "." + PLAIN + " is no token");
        }
        return new Secret(text);
    }
}
