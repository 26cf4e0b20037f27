package io.sallyport.token.managed;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs one call at a time and gives its result to all who ask meanwhile. No lock is held during the call. */
final class SingleFlight<T> {
    /** Longer than a call takes; stops a bug from blocking callers forever. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(40);

    private final AtomicReference<@Nullable CompletableFuture<Outcome<T>>> running = new AtomicReference<>();

    /** What runs at most once at a time. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws Refused;
    }

    private record Outcome<T>(Optional<T> result, Optional<Refused> failure) {}

    /** Runs the call, or waits for the one that is under way. */
    T run(Call<T> call) throws Refused {
        CompletableFuture<Outcome<T>> ours = new CompletableFuture<>();
        CompletableFuture<Outcome<T>> theirs = running.compareAndExchange(null, ours);
        if (theirs != null) {
            return result(await(theirs));
        }
        try {
            Outcome<T> outcome = outcome(call);
            ours.complete(outcome);
            return result(outcome);
        } finally {
            ours.completeExceptionally(new IllegalStateException("the call was given up"));
            running.set(null);
        }
    }

    /** Runs the call, unless one is under way. */
    Optional<T> tryRun(Call<T> call) throws Refused {
        return running.get() == null ? Optional.of(run(call)) : Optional.empty();
    }

    private Outcome<T> outcome(Call<T> call) {
        try {
            return new Outcome<>(Optional.of(call.run()), Optional.empty());
        } catch (Refused refused) {
            return new Outcome<>(Optional.empty(), Optional.of(refused));
        }
    }

    private T result(Outcome<T> outcome) throws Refused {
        if (outcome.failure().isPresent()) {
            throw outcome.failure().get();
        }
        return outcome.result().orElseThrow();
    }

    private Outcome<T> await(CompletableFuture<Outcome<T>> theirs) throws Refused {
        try {
            return theirs.get(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Refused(Reason.KEYS_TIMEOUT, "the signing keys did not come in time");
        } catch (ExecutionException e) {
            throw new Refused(Reason.KEYS_UNAVAILABLE, "reading the signing keys was given up");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(Reason.KEYS_UNAVAILABLE, "interrupted while waiting for the signing keys");
        }
    }
}
