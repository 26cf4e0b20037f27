package io.sallyport.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is told to go on. */
public final class TestClock implements InstantSource {
    private volatile Instant now;

    public TestClock() {
        this(Instant.parse("2026-03-01T12:00:00Z"));
    }

    public TestClock(Instant now) {
        this.now = now;
    }

    @Override
    public Instant instant() {
        return now;
    }

    public void advance(Duration time) {
        now = now.plus(time);
    }

    public void set(Instant instant) {
        now = instant;
    }
}
