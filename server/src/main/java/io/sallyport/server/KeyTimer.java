package io.sallyport.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks every minute whether a managed key is due, in a server without a cloud's scheduler. */
final class KeyTimer implements AutoCloseable {
    private static final long MINUTES = 1;

    private final Runnable task;
    private final OpenKeys keys;
    private final ScheduledExecutorService timer;

    /** @param keys closed with the timer */
    KeyTimer(Runnable task, OpenKeys keys) {
        this.task = task;
        this.keys = keys;
        this.timer = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "signing keys");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Looks at once, so that the first key is there when the server answers. */
    void start() {
        task.run();
        var unused = timer.scheduleWithFixedDelay(task, MINUTES, MINUTES, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        keys.close();
    }
}
