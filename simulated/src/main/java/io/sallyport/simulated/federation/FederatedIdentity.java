package io.sallyport.simulated.federation;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The identity of a federated access token.
 *
 * @param attributes by name, without {@code attribute.}
 * @param scopes of the token
 * @param expires when the token ends, exclusive
 */
public record FederatedIdentity(
        ProviderName provider, String subject, Map<String, String> attributes, List<String> scopes, Instant expires) {
    public FederatedIdentity {
        attributes = Map.copyOf(attributes);
        scopes = List.copyOf(scopes);
    }

    /** Every member of an IAM policy that means this identity: "Principal identifiers", workload identity pools. */
    Set<String> members() {
        Set<String> members = new LinkedHashSet<>();
        members.add(provider.principal(subject));
        attributes.forEach((name, value) -> members.add(provider.principalSet(name, value)));
        members.add(provider.everyPrincipal());
        return members;
    }
}
