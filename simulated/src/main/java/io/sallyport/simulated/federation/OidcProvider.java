package io.sallyport.simulated.federation;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A workload identity pool provider for an OpenID issuer: IAM API, resource {@code
 * projects.locations.workloadIdentityPools.providers}.
 *
 * @param issuer compared with {@code iss} byte by byte; https, or http on the loopback, which Google does not take
 * @param allowedAudiences empty for the default, the provider's own name with and without {@code https:}
 * @param mapping of {@code google.subject} and {@code attribute.NAME} to {@code assertion.CLAIM}, the simplest of CEL
 * @param condition on the token's claims
 */
public record OidcProvider(
        ProviderName name,
        String issuer,
        List<String> allowedAudiences,
        Map<String, String> mapping,
        Predicate<Map<String, Object>> condition,
        boolean disabled)
        implements PoolProvider {
    static final String SUBJECT = "google.subject";

    public OidcProvider {
        URI uri = URI.create(issuer);
        if (!"https".equals(uri.getScheme())
                && !("http".equals(uri.getScheme()) && "127.0.0.1".equals(uri.getHost()))) {
            throw new IllegalArgumentException("an issuer is an https address, or http on 127.0.0.1: " + issuer);
        }
        if (!mapping.containsKey(SUBJECT)) {
            throw new IllegalArgumentException("google.subject must be mapped");
        }
        allowedAudiences = List.copyOf(allowedAudiences);
        mapping = Map.copyOf(mapping);
    }

    /** With default audiences, {@code google.subject=assertion.sub} and no condition. */
    public static OidcProvider of(ProviderName name, String issuer) {
        return new OidcProvider(name, issuer, List.of(), Map.of(SUBJECT, "assertion.sub"), claims -> true, false);
    }

    /** In place of the default audiences. */
    public OidcProvider allowing(String... audiences) {
        return new OidcProvider(name, issuer, List.of(audiences), mapping, condition, disabled);
    }

    /** @param attribute such as {@code attribute.client} */
    public OidcProvider mapping(String attribute, String expression) {
        Map<String, String> more = new LinkedHashMap<>(mapping);
        more.put(attribute, expression);
        return new OidcProvider(name, issuer, allowedAudiences, more, condition, disabled);
    }

    public OidcProvider onlyIf(Predicate<Map<String, Object>> holds) {
        return new OidcProvider(name, issuer, allowedAudiences, mapping, holds, disabled);
    }

    public OidcProvider disable() {
        return new OidcProvider(name, issuer, allowedAudiences, mapping, condition, true);
    }

    boolean takesAudience(List<String> audiences) {
        List<String> taken =
                allowedAudiences.isEmpty() ? List.of(name.audience(), "https:" + name.audience()) : allowedAudiences;
        return audiences.stream().anyMatch(taken::contains);
    }
}
