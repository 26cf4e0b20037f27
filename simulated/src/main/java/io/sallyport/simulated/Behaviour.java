package io.sallyport.simulated;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** What an endpoint does from now on; thread-safe. */
public final class Behaviour {
    private volatile Optional<String> cacheControl =
            Optional.of("public, max-age=22418, must-revalidate, no-transform");
    private volatile long age;
    private volatile UnaryOperator<Reply> change = UnaryOperator.identity();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** The header {@code Cache-Control} of every answer with status 200. */
    public void cacheControl(String value) {
        cacheControl = Optional.of(value);
    }

    public void noCacheControl() {
        cacheControl = Optional.empty();
    }

    /** The header {@code Age} of every answer with status 200; 0 at the start. */
    public void age(long seconds) {
        age = seconds;
    }

    /** Answers with this status and Google's error JSON. */
    public void fail(int status) {
        change = usual -> Reply.error(status, "The service is told to fail.");
    }

    /** Answers with this body and status 200, whatever was asked for. */
    public void answerWith(String body) {
        change = usual -> Reply.json(200, body);
    }

    /** Declares a longer body than it sends, and closes the connection. */
    public void truncate() {
        change = Reply::truncate;
    }

    /** Answers with status 302. */
    public void redirectTo(URI elsewhere) {
        change = usual -> Reply.text(302, "text/html; charset=UTF-8", "").with("Location", elsewhere.toString());
    }

    /** Answers normally again; headers and held requests stay as set. */
    public void recover() {
        change = UnaryOperator.identity();
    }

    /** Holds requests; they are counted when they arrive, and answered as set when they are released. */
    public synchronized void hold() {
        if (gate.getCount() == 0) {
            gate = new CountDownLatch(1);
        }
    }

    public synchronized void release() {
        gate.countDown();
    }

    public void awaitRelease() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Reply applyTo(Reply usual) {
        Reply changed = change.apply(usual);
        if (changed.status() != 200) {
            return changed;
        }
        Reply aged = changed.with("Age", Long.toString(age));
        return cacheControl.map(value -> aged.with("Cache-Control", value)).orElse(aged);
    }
}
