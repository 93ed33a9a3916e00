// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Every operation from many threads at a time, each in an order of its own, on shared losses and inputs. Nothing is run beforehand,
 * so in a new JVM the first calls of all threads meet classes that are not loaded and kernels that are not compiled. Whatever
 * state the kernels are in, and change to meanwhile, every result has the same bits.
 */
final class Stress {
    private static final long MOST_SECONDS = 300;

    private final List<StressWork> works = new ArrayList<>();

    Stress() {
        works.addAll(FloatStressWork.all());
        works.addAll(DoubleStressWork.all());
    }

    /** Kinds of threads: as many as cores and more, and virtual ones by far more than carriers and scratches in a pool. */
    enum Kind {
        PLATFORM(8),
        VIRTUAL(60);

        private final int threads;

        Kind(int threads) {
            this.threads = threads;
        }

        private ExecutorService executor() {
            return this == PLATFORM
                    ? Executors.newFixedThreadPool(threads)
                    : Executors.newVirtualThreadPerTaskExecutor();
        }
    }

    /** Prints a digest of all results, after threads of both kinds have found it. */
    public static void main(String[] arguments) throws Exception {
        Stress stress = new Stress();
        long digest = stress.run(Kind.PLATFORM, 1);
        if (digest != stress.run(Kind.VIRTUAL, 1) || digest != stress.alone()) {
            throw new AssertionError("other bits on other threads");
        }
        System.out.println("stress " + Long.toHexString(digest));
    }

    /** A digest of all results, from the calling thread alone. */
    long alone() {
        return digest(digests(new SplittableRandom(0), 0));
    }

    /**
     * Runs everything on many threads, so many times each, and then once more on the calling thread.
     *
     * @return a digest of all results, if all threads had the same
     */
    long run(Kind kind, int rounds) throws Exception {
        CyclicBarrier start = new CyclicBarrier(kind.threads);
        List<Future<List<long[]>>> futures = new ArrayList<>();
        List<long[]> all = new ArrayList<>();
        try (ExecutorService executor = kind.executor()) {
            for (int t = 0; t < kind.threads; t++) {
                SplittableRandom random = new SplittableRandom(t);
                futures.add(executor.submit(() -> {
                    start.await(MOST_SECONDS, TimeUnit.SECONDS);
                    List<long[]> found = new ArrayList<>();
                    for (int round = 0; round < rounds; round++) {
                        found.add(digests(random, works.size()));
                    }
                    return found;
                }));
            }
            for (Future<List<long[]>> future : futures) {
                all.addAll(future.get(MOST_SECONDS, TimeUnit.SECONDS));
            }
        }
        long[] expected = digests(new SplittableRandom(0), 0);
        for (long[] digests : all) {
            for (int i = 0; i < expected.length; i++) {
                if (digests[i] != expected[i]) {
                    throw new AssertionError(
                            works.get(i).name() + " has other bits on one of many " + kind + " threads");
                }
            }
        }
        return digest(expected);
    }

    /** The digest of each operation, the first so many of which are run in a random order. */
    private long[] digests(SplittableRandom random, int shuffled) {
        int[] order = new int[works.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int i = shuffled - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        long[] digests = new long[order.length];
        for (int i : order) {
            digests[i] = works.get(i).digest();
            // A virtual thread leaves its carrier, and may go on on another.
            LockSupport.parkNanos(1);
        }
        return digests;
    }

    private static long digest(long... digests) {
        long digest = 1;
        for (long one : digests) {
            digest = 31 * digest + one;
        }
        return digest;
    }
}
