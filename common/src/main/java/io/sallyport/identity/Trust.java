package io.sallyport.identity;

import io.sallyport.http.outbound.CaCertificates;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom an auth method, or one of its credentials, trusts. Sessions end when it is replaced, since they were proven by
 * what is no longer trusted.
 *
 * @param root who vouches, such as a tenant, a cluster or an issuer
 * @param anchors what identifies the root: thumbprints of keys or certificates
 */
public record Trust(String root, Set<String> anchors) {
    /** The trust of a method that is defined by its credentials alone. */
    public static final Trust NONE = new Trust("", Set.of());

    /** The anchor of the system's certificate authorities. */
    public static final String SYSTEM = "system";

    /** The anchors of these certificate authorities: a thumbprint each, or {@link #SYSTEM} if there are none. */
    public static Set<String> anchors(Optional<CaCertificates> authorities) {
        if (authorities.isEmpty()) {
            return Set.of(SYSTEM);
        }
        Set<String> anchors = new HashSet<>();
        for (String pem : authorities.get().pems()) {
            anchors.add(Credential.thumbprint(List.of(pem)));
        }
        return anchors;
    }

    public Trust {
        anchors = Set.copyOf(anchors);
    }

    /** The union of two trusts with the same root. */
    public Trust and(Trust other) {
        Set<String> both = new HashSet<>(anchors);
        both.addAll(other.anchors);
        return new Trust(root, both);
    }

    /**
     * Whether everything trusted here is still trusted later: anchors may be added, as in a rotation, but not removed.
     */
    boolean isKeptIn(Trust later) {
        return root.equals(later.root) && later.anchors.containsAll(anchors);
    }
}
