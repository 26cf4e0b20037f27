package io.sallyport.jwt;

import io.sallyport.BoundedCache;
import java.net.URI;
import java.util.Set;

/**
 * The keys of Entra tenants, each found through its tenant's OpenID configuration. Tenants not used recently are
 * evicted.
 */
public final class TenantKeys {
    private static final int MAX_TENANTS = 1000;

    private final Fetcher fetcher;
    private final BoundedCache<Tenant, KeySource> tenants = new BoundedCache<>(MAX_TENANTS);

    /**
     * A tenant and its issuers.
     *
     * @param authority where its configuration is fetched; an origin, without a trailing slash
     * @param id a GUID in lower case: it becomes part of a URL
     * @param issuers the issuers that its configuration may name
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
