package io.sallyport.jwt;

import io.sallyport.BoundedCache;
import java.net.URI;
import java.util.Set;

/**
 * The keys of Entra tenants, each found by its tenant's OpenID configuration. A tenant that was not asked for in a while
 * is forgotten.
 */
public final class TenantKeys {
    private static final int MAX_TENANTS = 1000;

    private final Fetcher fetcher;
    private final BoundedCache<Tenant, KeySource> tenants = new BoundedCache<>(MAX_TENANTS);

    /**
     * A tenant, and whom its tokens come from.
     *
     * @param authority where it is asked for; an origin, without a slash at the end
     * @param id a GUID in lower case: it becomes part of a URL
     * @param issuers whom its configuration may name as the issuer
     */
    public record Tenant(URI authority, String id, Set<String> issuers) {
        public Tenant {
            issuers = Set.copyOf(issuers);
        }

        URI configuration() {
            return URI.create(authority + "/" + id + "/.well-known/openid-configuration");
        }
    }

    public TenantKeys(Fetcher fetcher) {
        this.fetcher = fetcher;
    }

    public KeySource of(Tenant tenant) {
        return tenants.computeIfAbsent(tenant, wanted -> RemoteKeys.of(wanted, fetcher));
    }
}
