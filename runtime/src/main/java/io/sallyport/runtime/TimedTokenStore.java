package io.sallyport.runtime;

import io.sallyport.Refused;
import io.sallyport.audit.OutboundCalls;
import io.sallyport.token.AssertionDigest;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Times the calls of a token store for the audit line. */
record TimedTokenStore(TokenStore store, LongSupplier nanos) implements TokenStore {
    private <T> T timed(String what, OutboundCalls.Work<T, Refused> work) throws Refused {
        return OutboundCalls.timed("store: " + what, nanos, work);
    }

    @Override
    public void open(SessionId session, long uses, Instant expiry) throws Refused {
        timed("open session", () -> {
            store.open(session, uses, expiry);
            return session;
        });
    }

    @Override
    public OptionalLong spend(SessionId session, Instant now) throws Refused {
        return timed("spend", () -> store.spend(session, now));
    }

    @Override
    public boolean claim(AssertionDigest assertion, Instant now, Instant expiry) throws Refused {
        return timed("claim assertion", () -> store.claim(assertion, now, expiry));
    }

    @Override
    public OptionalLong usesLeft(SessionId session, Instant now) throws Refused {
        return timed("uses left", () -> store.usesLeft(session, now));
    }

    @Override
    public void extend(SessionId session, Instant now, Instant expiry) throws Refused {
        timed("extend session", () -> {
            store.extend(session, now, expiry);
            return session;
        });
    }

    @Override
    public void revoke(SessionId session, Instant expiry) throws Refused {
        timed("revoke", () -> {
            store.revoke(session, expiry);
            return session;
        });
    }

    @Override
    public boolean isRevoked(SessionId session, Instant now) throws Refused {
        return timed("is revoked", () -> store.isRevoked(session, now));
    }
}
