package io.sallyport.jwt;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an issuer publishes, fetched on first need and cached.
 *
 * <ul>
 *   <li>Fresh for as long as {@code Cache-Control} says, within {@link #MIN_FRESH} and {@link #MAX_FRESH}.
 *   <li>An unknown key id causes a fetch, but none within {@link #COOLDOWN} of the last one: made-up key ids cause two
 *       fetches a minute at most, and a real rotation is noticed within that time, flood or no flood.
 *   <li>While the issuer is down, keys remain usable for {@link #MAX_STALE} beyond their freshness, with one try every
 *       {@link #RETRY}; an unknown key then means "could not check", never "no".
 *   <li>One fetch at a time. No lock is held during it: callers that need its result wait, the others go on.
 * </ul>
 */
public final class RemoteKeys implements KeySource {
    static final Duration MIN_FRESH = Duration.ofMinutes(1);
    static final Duration DEFAULT_FRESH = Duration.ofHours(1);
    static final Duration MAX_FRESH = Duration.ofHours(12);

    /** IAM API, ServiceAccountKey: user-managed keys come and go at any time, so Google asks for 15 minutes. */
    static final Duration MAX_FRESH_OF_SERVICE_ACCOUNTS = Duration.ofMinutes(15);

    static final Duration MAX_STALE = Duration.ofHours(1);
    static final Duration COOLDOWN = Duration.ofSeconds(30);
    static final Duration RETRY = Duration.ofSeconds(5);

    /** Longer than any two requests take; stops a bug from blocking callers forever. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(40);

    private final URI uri;
    private final KeyDownload download;
    private final AtomicReference<@Nullable CompletableFuture<State>> running = new AtomicReference<>();

    /** Written only by the thread that {@link #running runs} the fetch. */
    private volatile State current = State.NOTHING_YET;

    /** @param uri the first address that is fetched, to name the issuer by */
    private RemoteKeys(URI uri, KeyDownload download) {
        this.uri = uri;
        this.download = download;
    }

    /** Keys published as a JWK set (RFC 7517 §5). */
    public static RemoteKeys jwks(URI uri, Algorithm algorithm, Fetcher fetcher) {
        return new RemoteKeys(uri, KeyDocument.jwks(uri, algorithm, member -> true, fetcher));
    }

    /**
     * The JWT-SVID keys of a trust domain, from its bundle endpoint ({@code https_web}, SPIFFE Federation §5.2.1).
     *
     * @param refresh how long the bundle is kept if it does not ask for less
     */
    static RemoteKeys bundle(URI uri, Duration refresh, Fetcher fetcher) {
        return new RemoteKeys(uri, new BundleDownload(uri, refresh, fetcher));
    }

    /** Keys published as PEM certificates by key id; "not found" means that there are none. */
    static RemoteKeys x509(URI uri, Algorithm algorithm, Fetcher fetcher) {
        return new RemoteKeys(uri, KeyDocument.x509(uri, algorithm, fetcher));
    }

    /** The keys of an Entra tenant, found through its OpenID configuration; both are fetched each time. */
    static RemoteKeys of(TenantKeys.Tenant tenant, Fetcher fetcher) {
        return new RemoteKeys(tenant.configuration(), new DiscoveredKeys(tenant, fetcher));
    }

    /**
     * The keys of an issuer that an identity trusts, found through its discovery document; both are fetched each time.
     */
    public static RemoteKeys ofIssuer(URI discovery, String issuer, Algorithm algorithm, Fetcher fetcher) {
        return new RemoteKeys(discovery, new IssuerKeys(discovery, issuer, algorithm, fetcher));
    }

    /**
     * The known keys, and the outcome of the last fetch.
     *
     * @param failure why the last fetch failed, if it did
     */
    private record State(KeySet keys, Instant freshUntil, Instant nextFetch, Optional<Refused> failure) {
        static final State NOTHING_YET = new State(KeySet.EMPTY, Instant.EPOCH, Instant.EPOCH, Optional.empty());

        Optional<VerificationKey> fresh(String keyId, Instant now) {
            return now.isBefore(freshUntil) ? keys.find(keyId) : Optional.empty();
        }

        Optional<VerificationKey> freshOrStale(String keyId, Instant now) {
            return now.isBefore(freshUntil.plus(MAX_STALE)) ? keys.find(keyId) : Optional.empty();
        }
    }

    @Override
    public VerificationKey key(String keyId, Instant now) throws Refused {
        State known = current;
        Optional<VerificationKey> fresh = known.fresh(keyId, now);
        if (fresh.isPresent()) {
            return fresh.get();
        }
        State latest = now.isBefore(known.nextFetch()) ? known : fetchOnce(keyId, now);
        Optional<VerificationKey> usable = latest.freshOrStale(keyId, now);
        if (usable.isPresent()) {
            return usable.get();
        }
        throw latest.failure()
                .orElseGet(() -> new Refused(Reason.UNKNOWN_KEY, "no key " + Quoted.quote(keyId) + " at " + uri));
    }

    /** Fetches, or joins the fetch in progress; a caller with a stale key need not wait for that. */
    private State fetchOnce(String keyId, Instant now) throws Refused {
        CompletableFuture<State> ours = new CompletableFuture<>();
        CompletableFuture<State> theirs = running.compareAndExchange(null, ours);
        if (theirs != null) {
            State known = current;
            return known.freshOrStale(keyId, now).isPresent() ? known : await(theirs);
        }
        try {
            // Another fetch may have ended between our read of the state and our turn.
            State known = current;
            State fetched = now.isBefore(known.nextFetch()) ? known : fetch(known, now);
            current = fetched;
            ours.complete(fetched);
            return fetched;
        } finally {
            ours.completeExceptionally(new IllegalStateException("the fetch was cancelled"));
            running.set(null);
        }
    }

    private State await(CompletableFuture<State> theirs) throws Refused {
        try {
            return theirs.get(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw timeout();
        } catch (ExecutionException e) {
            throw unavailable("the fetch was cancelled");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted");
        }
    }

    private State fetch(State known, Instant now) {
        try {
            KeyDownload.Downloaded answer = download.get();
            return new State(answer.keys(), now.plus(answer.freshness()), now.plus(COOLDOWN), Optional.empty());
        } catch (SocketTimeoutException e) {
            return failed(known, now, timeout());
        } catch (HostNotAllowedException e) {
            return failed(
                    known, now, new Refused(Reason.HOST_NOT_ALLOWED, "the keys at " + uri + ": " + e.getMessage()));
        } catch (IOException e) {
            return failed(known, now, unavailable(ConnectionFailure.describe(e)));
        } catch (Refused unusable) {
            return failed(known, now, unusable);
        }
    }

    private static State failed(State known, Instant now, Refused why) {
        return new State(known.keys(), known.freshUntil(), now.plus(RETRY), Optional.of(why));
    }

    private Refused timeout() {
        return new Refused(Reason.KEYS_TIMEOUT, "no answer in time from " + uri);
    }

    private Refused unavailable(String why) {
        return KeyDownload.unavailable(why, uri);
    }
}
