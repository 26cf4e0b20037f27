package io.sallyport.identity;

import io.sallyport.http.outbound.CaCertificates;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom an auth method, or one of its credentials, believes. Sessions end when it is replaced: they were proven by what is not trusted any more.
 *
 * @param root who vouches, such as a tenant, a cluster or an issuer
 * @param anchors by which it is recognized: thumbprints of keys or certificates
 */
public record Trust(String root, Set<String> anchors) {
    /** Of a method whose credentials say it all. */
    public static final Trust NONE = new Trust("", Set.of());

    /** In place of the system's certificate authorities. */
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

    /** What either believes of the one root. */
    public Trust and(Trust other) {
        Set<String> both = new HashSet<>(anchors);
        both.addAll(other.anchors);
        return new Trust(root, both);
    }

    /** Whether what this one believes is still believed: anchors may be added, as for a rotation, and none removed. */
    boolean isKeptIn(Trust later) {
        return root.equals(later.root) && later.anchors.containsAll(anchors);
    }
}
