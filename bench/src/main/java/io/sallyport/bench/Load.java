package io.sallyport.bench;

import io.sallyport.bench.served.WarmLogin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Logins over HTTP at a fixed rate, half of the server's maximum. Each is due at a fixed instant that no answer delays,
 * and its latency counts from then, including the wait for a connection. A hello at the same rate, in turns, shows how
 * much of the spread is the machine's.
 */
final class Load implements Program {
    static final String RATE = "per second";
    static final String P50 = "p50 ms";
    static final String P99 = "p99 ms";
    static final String P999 = "p99.9 ms";
    static final String RATIO = "p99 to p50";
    static final String SATURATION = "login, saturated";
    static final String LOGIN = "login, half of that";
    static final String HELLO = "hello, same rate";

    private static final int CONNECTIONS = 32;

    @Override
    public Measured run(Plan plan) throws Exception {
        Measured measured = new Measured();
        ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
        try (Pinning pinning = Pinning.begin();
                LoginWorld world = LoginWorld.open();
                RunningServer server =
                        WarmOverHttp.start(plan, world, JvmFlags.plain(JavaRuntime.current()), pinning, true)) {
            HttpMessage login = world.login();
            Clients at = new Clients(clients, server.port());
            at.saturated(login, plan.of(20_000, 500));
            for (int round = 0; round < plan.of(3, 1); round++) {
                measured.add(SATURATION, RATE, at.saturated(login, plan.of(5000, 500)));
            }
            double rate = Spread.of(measured.samples(SATURATION, RATE)).median() / 2;
            int count = (int) (rate * plan.of(20, 2));
            HttpMessage hello = HttpMessage.json(WarmLogin.HELLO, "{}");
            for (int round = 0; round < plan.rounds(); round++) {
                add(HELLO, rate, at.atRate(hello, rate, count), measured);
                add(LOGIN, rate, at.atRate(login, rate, count), measured);
            }
        } finally {
            clients.shutdownNow();
        }
        return measured;
    }

    private static void add(String row, double rate, Histogram micros, Measured measured) {
        double median = micros.getValueAtPercentile(50);
        double high = micros.getValueAtPercentile(99);
        measured.add(row, RATE, rate);
        measured.add(row, P50, median / 1000);
        measured.add(row, P99, high / 1000);
        measured.add(row, P999, micros.getValueAtPercentile(99.9) / 1000.0);
        measured.add(row, RATIO, high / median);
    }

    /** Clients with one connection each. */
    private record Clients(ExecutorService threads, int port) {
        /**
         * Each sends its next request as soon as the last is answered.
         *
         * @return answers per second
         */
        double saturated(HttpMessage request, int count) throws Exception {
            AtomicInteger left = new AtomicInteger(count);
            long start = System.nanoTime();
            all(() -> {
                try (KeptConnection connection = new KeptConnection(port)) {
                    while (left.decrementAndGet() >= 0) {
                        connection.exchange(request);
                    }
                }
                return null;
            });
            return count / ((System.nanoTime() - start) / 1e9);
        }

        /** @return latencies in microseconds, from the instant at which each request was due */
        Histogram atRate(HttpMessage request, double perSecond, int count) throws Exception {
            Histogram micros = new ConcurrentHistogram(3);
            AtomicInteger next = new AtomicInteger();
            double interval = 1e9 / perSecond;
            long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
            all(() -> {
                try (KeptConnection connection = new KeptConnection(port)) {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        long due = start + (long) (i * interval);
                        await(due);
                        connection.exchange(request);
                        micros.recordValue((System.nanoTime() - due) / 1000);
                    }
                }
                return null;
            });
            return micros;
        }

        private static void await(long due) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        private void all(Callable<Void> client) throws Exception {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                running.add(threads.submit(client));
            }
            for (Future<Void> each : running) {
                each.get();
            }
        }
    }
}
