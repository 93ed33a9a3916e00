// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Native memory for one call after the other: most of it from a block that each call has to itself, some of it from arenas
 * that belong to one thread, this one or another. Used by one thread.
 */
final class Room {
    private static final long SIZE = 1L << 20;
    private static final long ALIGNMENT = 64;

    /** The thread that owns the memory which the calls must not touch. */
    private static final ExecutorService OWNER =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    private final MemorySegment block = Arena.ofAuto().allocate(SIZE, ALIGNMENT);
    private long taken;
    private Arena own;
    private Arena foreign;

    /** Takes back what the last call was given. */
    void clear() {
        taken = 0;
        if (own != null) {
            own.close();
            own = null;
        }
        if (foreign != null) {
            Arena arena = foreign;
            foreign = null;
            byOwner(() -> {
                arena.close();
                return arena;
            });
        }
    }

    /** Memory that any thread may touch. */
    MemorySegment shared(long bytes) {
        if (taken + bytes > SIZE) {
            return Arena.ofAuto().allocate(bytes, ALIGNMENT);
        }
        MemorySegment part = block.asSlice(taken, bytes);
        // Neighbours are apart, so that a write beside one is no write into another.
        taken += (bytes + 2 * ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return part;
    }

    /** Memory of the thread that asks. */
    MemorySegment confined(long bytes) {
        if (own == null) {
            own = Arena.ofConfined();
        }
        return own.allocate(bytes, ALIGNMENT);
    }

    /** Memory that has been freed. */
    static MemorySegment freed(long bytes, boolean shared) {
        try (Arena arena = shared ? Arena.ofShared() : Arena.ofConfined()) {
            return arena.allocate(bytes, ALIGNMENT);
        }
    }

    /** Memory of another thread, with given contents. */
    MemorySegment foreign(byte[] contents) {
        return byOwner(() -> {
            if (foreign == null) {
                foreign = Arena.ofConfined();
            }
            return foreign.allocate(contents.length, ALIGNMENT).copyFrom(MemorySegment.ofArray(contents));
        });
    }

    /** What lies in memory of the other thread. */
    static byte[] foreignBytes(MemorySegment segment) {
        return byOwner(() -> segment.toArray(ValueLayout.JAVA_BYTE));
    }

    private static <T> T byOwner(Callable<T> task) {
        Future<T> future = OWNER.submit(task);
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
