// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * A small pool of scratch objects, so that a call in steady state allocates nothing on any kind of thread. Whoever
 * borrows one has it alone until it is given back.
 */
public final class ScratchPool<T> {
    private static final int SIZE = 16;

    private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(SIZE);
    private final Supplier<T> maker;

    /** A pool that is filled by what is given back. */
    public ScratchPool(Supplier<T> maker) {
        this.maker = maker;
    }

    /** Takes a scratch from the pool, or makes one if all are taken. */
    public T borrow() {
        for (int i = 0; i < SIZE; i++) {
            if (slots.getPlain(i) != null) {
                T scratch = slots.getAndSet(i, null);
                if (scratch != null) {
                    return scratch;
                }
            }
        }
        return maker.get();
    }

    /** Gives a scratch back; it is dropped if the pool is full. */
    public void giveBack(T scratch) {
        for (int i = 0; i < SIZE; i++) {
            if (slots.getPlain(i) == null && slots.compareAndSet(i, null, scratch)) {
                return;
            }
        }
    }
}
