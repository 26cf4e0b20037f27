package io.sallyport.outbound;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs work that has no timeout setting on a separate thread, and abandons the thread if it takes too long. */
public final class TimeLimiter {
    private TimeLimiter() {}

    /**
     * @param what the thread's name
     * @throws SocketTimeoutException if it took too long
     * @throws ExecutionException if it failed
     */
    public static <T> T get(String what, int millis, Callable<T> work) throws IOException, ExecutionException {
        return get(what, new Deadline(System::nanoTime, Duration.ofMillis(millis)), work);
    }

    /** Runs work as {@link #get(String, int, Callable)} does, until a deadline. */
    public static <T> T get(String what, Deadline deadline, Callable<T> work) throws IOException, ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, what);
        thread.setDaemon(true);
        thread.start();
        try {
            while (true) {
                try {
                    return task.get(deadline.millisLeft(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (deadline.isOver()) {
                        throw new SocketTimeoutException(what + " took too long");
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
