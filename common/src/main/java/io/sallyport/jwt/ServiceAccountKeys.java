package io.sallyport.jwt;

import io.sallyport.BoundedCache;
import java.net.URI;

/**
 * The keys of Google service accounts, each account's at its own URL. Accounts not used recently are evicted, so that
 * made-up ones cannot fill the memory.
 */
public final class ServiceAccountKeys {
    private static final int MAX_ACCOUNTS = 1000;

    private final URI base;
    private final Fetcher fetcher;
    private final BoundedCache<String, KeySource> accounts = new BoundedCache<>(MAX_ACCOUNTS);

    /** @param base ends with a slash; an account's address is appended to it */
    public ServiceAccountKeys(URI base, Fetcher fetcher) {
        this.base = base;
        this.fetcher = fetcher;
    }

    /** @param account an address whose form has been checked: it becomes part of a URL */
    public KeySource of(String account) {
        return accounts.computeIfAbsent(
                account, address -> RemoteKeys.x509(URI.create(base + address), Algorithm.RS256, fetcher));
    }
}
