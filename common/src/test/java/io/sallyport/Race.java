package io.sallyport;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Runs a task in many threads, all released at the same moment. */
public final class Race {
    private Race() {}

    /** What each thread got. */
    public static <T> List<T> of(int threads, Callable<T> task) throws ExecutionException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<T>> racing = Stream.generate(() -> pool.submit(() -> {
                        start.await();
                        return task.call();
                    }))
                    .limit(threads)
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> result : racing) {
                results.add(result.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
