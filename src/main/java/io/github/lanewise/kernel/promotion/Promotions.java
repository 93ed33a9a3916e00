// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.LogLine;
import io.github.lanewise.kernel.promotion.Promotion.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Warms vector kernels until the compiler has made them fast, and promotes them. Until C2 has compiled a vector kernel, its
 * vectors are objects: a call takes milliseconds where the twin takes microseconds. So a daemon thread of the lowest
 * priority makes the first thousands of calls, on made-up numbers, of the kernels that have been used, in turn, since the
 * compiler is busy with one while another is called; it ends when there is nothing left to warm.
 *
 * <p>What a first call runs does without lambdas, streams and {@code +} of strings: their classes are made when they are first
 * run, a millisecond for each.
 */
public final class Promotions {
    /** Kernels that are warmed in turn; the next waits until one of them is done. */
    private static final int AT_ONCE = 2;

    /** For so long the thread pauses after a turn in which nothing was promoted, to leave the processor to the compiler. */
    private static final long PAUSE_NANOSECONDS = 1_000_000L;

    /** For so long the thread waits before it begins, so that a program's first calls have the processors and the class loader. */
    private static final long GRACE_MILLISECONDS = 50;

    /**
     * How often calls are made before it is known which kernels they use: more often than rows of native memory are passed over that could
     * not be found there, as none can until their kernels are promoted.
     */
    private static final int RUNS = 20;

    /** How long calls that allocate are made once their kernels are promoted. */
    private static final long SETTLING_NANOSECONDS = 2_000_000_000L;

    /** How often in a row some of them have to be found to allocate nothing. */
    private static final int LOOKS = 3;

    private static final Object LOCK = new Object();
    private static final List<Promotion> ALL = new ArrayList<>();

    /** Reasons for staying on the twin that have been logged. */
    private static final Set<String> TOLD = new HashSet<>();

    private static @Nullable Thread thread;

    /** Whether somebody waits for the thread. */
    private static boolean awaited;

    private Promotions() {}

    /** Adds a kernel to those that are to be promoted, and starts the thread if it does not run. */
    @SuppressWarnings("ThreadPriorityCheck") // A courtesy; nothing depends on it.
    static void request(Promotion promotion) {
        synchronized (LOCK) {
            ALL.add(promotion);
            if (thread == null) {
                Thread starting = new Worker();
                starting.setDaemon(true);
                starting.setPriority(Thread.MIN_PRIORITY);
                try {
                    starting.start();
                    thread = starting;
                } catch (OutOfMemoryError e) {
                    // The system has no thread to spare: calls stay on the twin, and the next kernel's first call tries
                    // again.
                    thread = null;
                }
            }
        }
    }

    /** Promotes all kernels, and returns when they are promoted or known to stay on the twin. An interrupt is kept. */
    public static void promoteAll() {
        for (Kernel kernel : Kernel.values()) {
            FloatPromotingKernels.request(kernel);
            DoublePromotingKernels.request(kernel);
        }
        PromotingHalves.request();
        await();
    }

    /**
     * Makes calls, and promotes the kernels that they use; returns when all kernels that have been used, by whomever, are promoted or known
     * to stay on the twin. An interrupt is kept.
     */
    public static void promoteUsed(Runnable calls) {
        if (obstacle() != null) {
            calls.run();
            await();
            return;
        }
        int known;
        do {
            known = requested();
            for (int i = 0; i < RUNS; i++) {
                calls.run();
            }
            await();
            // On vectors the calls may use kernels that the twin leaves out.
        } while (requested() > known);
        settle(calls);
    }

    /**
     * Makes calls until they allocate nothing, but not for long, for they may do so of themselves. Shapes and numbers that have not been met
     * may take a branch which C2 has cut off: then it compiles a kernel again, whose vectors are objects meanwhile.
     */
    private static void settle(Runnable calls) {
        long end = System.nanoTime() + SETTLING_NANOSECONDS;
        int found = 0;
        while (found < LOOKS && System.nanoTime() < end) {
            long before = AllocatedBytes.now();
            for (int i = 0; i < RUNS && System.nanoTime() < end; i++) {
                calls.run();
            }
            long after = AllocatedBytes.now();
            if (!AllocatedBytes.isCount(after)) {
                return;
            }
            found = after == before ? found + 1 : 0;
        }
    }

    /** Whether nothing waits or is being warmed. */
    public static boolean areDone() {
        synchronized (LOCK) {
            for (int i = 0; i < ALL.size(); i++) {
                if (ALL.get(i).isUnderWay()) {
                    return false;
                }
            }
            return true;
        }
    }

    private static int requested() {
        synchronized (LOCK) {
            return ALL.size();
        }
    }

    /** Waits until there is nothing left to warm. */
    private static void await() {
        boolean interrupted = false;
        synchronized (LOCK) {
            awaited = true;
            LOCK.notifyAll();
            while (thread != null) {
                try {
                    LOCK.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The thread. */
    private static final class Worker extends Thread {
        Worker() {
            super(null, null, "lanewise-promotion", 0, false);
        }

        @Override
        public void run() {
            try {
                holdBack();
                for (List<Promotion> next = next(); !next.isEmpty(); next = next()) {
                    boolean promoted = false;
                    for (Promotion promotion : next) {
                        Promotions.proceed(promotion);
                        promoted |= !promotion.isUnderWay();
                    }
                    if (!promoted) {
                        LockSupport.parkNanos(PAUSE_NANOSECONDS);
                    }
                }
            } finally {
                // Also after an error, so that nobody waits for this thread and the next request starts another.
                synchronized (LOCK) {
                    if (thread == this) {
                        thread = null;
                        LOCK.notifyAll();
                    }
                }
            }
        }
    }

    private static void holdBack() {
        long end = System.nanoTime() + GRACE_MILLISECONDS * 1_000_000L;
        synchronized (LOCK) {
            while (!awaited) {
                long left = (end - System.nanoTime()) / 1_000_000L;
                if (left <= 0) {
                    return;
                }
                try {
                    LOCK.wait(left);
                } catch (InterruptedException e) {
                    // Nobody has reason to interrupt it; whoever does makes it begin.
                    return;
                }
            }
        }
    }

    /** The first kernels that are under way. If there is none, the thread counts as ended. */
    private static List<Promotion> next() {
        synchronized (LOCK) {
            List<Promotion> next = new ArrayList<>(AT_ONCE);
            for (int i = 0; i < ALL.size() && next.size() < AT_ONCE; i++) {
                if (ALL.get(i).isUnderWay()) {
                    next.add(ALL.get(i));
                }
            }
            if (next.isEmpty()) {
                thread = null;
                LOCK.notifyAll();
            }
            return next;
        }
    }

    private static void proceed(Promotion promotion) {
        try {
            String obstacle = obstacle(promotion);
            if (obstacle == null) {
                promotion.proceed();
            } else {
                promotion.leave(obstacle);
            }
        } catch (RuntimeException | LinkageError e) {
            promotion.leave("warming it failed: " + e);
        }
        if (promotion.state() == State.LEFT && TOLD.add(promotion.reason())) {
            LogLine.warn("Lanewise runs " + promotion.name + " without vectors, and others for the same reason: "
                    + promotion.reason());
        }
    }

    /** What speaks against warming any kernel in this JVM, or null. */
    public static @Nullable String obstacle() {
        String mode = System.getProperty("java.vm.info", "");
        if (mode.contains("interpreted mode")) {
            return "the JVM only interprets";
        }
        if (mode.contains("emulated-client")) {
            return "the JVM runs without C2";
        }
        if (FusedMultiplyAdd.isMissing()) {
            return "the JVM has no fused multiply-add of the CPU's";
        }
        return null;
    }

    /** What speaks against warming a kernel, or null. */
    private static @Nullable String obstacle(Promotion promotion) {
        String obstacle = obstacle();
        if (obstacle == null) {
            obstacle = promotion.obstacle();
        }
        return obstacle == null && isHopeless() ? "no other kernel was fast in time" : obstacle;
    }

    /** Whether a kernel was given up and none was promoted: then no more time is spent. */
    private static boolean isHopeless() {
        synchronized (LOCK) {
            boolean outlasted = false;
            for (Promotion promotion : ALL) {
                if (promotion.state() == State.PROMOTED) {
                    return false;
                }
                outlasted |= promotion.wasOutlasted();
            }
            return outlasted;
        }
    }

    /** For each state the kernels that are in it, and why, as a clause. */
    public static String status() {
        List<Promotion> all;
        synchronized (LOCK) {
            all = List.copyOf(ALL);
        }
        StringBuilder text = new StringBuilder();
        for (State state : State.values()) {
            List<Promotion> those = all.stream().filter(p -> p.state() == state).toList();
            if (!those.isEmpty()) {
                text.append(text.isEmpty() ? "" : "; ")
                        .append(state.name().toLowerCase(Locale.ROOT))
                        .append(": ")
                        .append(those.stream()
                                .map(p -> p.reason().isEmpty() ? p.name : p.name + " (" + p.reason() + ")")
                                .collect(Collectors.joining(", ")));
            }
        }
        return text.isEmpty() ? "none used yet" : text.toString();
    }
}
