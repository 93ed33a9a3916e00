// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.ScratchPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pools of scratch arrays: nothing is made twice that was given back, and nothing is lent twice at a time. */
@Tag("once")
class FloatScratchTest {
    private static final int MORE_THAN_THE_POOL_HOLDS = ScratchPool.SIZE + 24;

    private static <T> void assertPooled(Supplier<T> borrow, Consumer<T> giveBack) {
        T first = borrow.get();
        T second = borrow.get();
        assertNotSame(first, second);
        giveBack.accept(first);
        assertSame(first, borrow.get());
        giveBack.accept(second);
        assertSame(second, borrow.get());
        giveBack.accept(first);
        giveBack.accept(second);
        // More than fit are lent as well, each to one borrower only, and what does not fit is dropped.
        for (int round = 0; round < 2; round++) {
            List<T> all = new ArrayList<>();
            Set<T> different = Collections.newSetFromMap(new IdentityHashMap<>());
            for (int i = 0; i < MORE_THAN_THE_POOL_HOLDS; i++) {
                T scratch = borrow.get();
                all.add(scratch);
                different.add(scratch);
            }
            assertEquals(MORE_THAN_THE_POOL_HOLDS, different.size());
            assertTrue(different.contains(first) && different.contains(second));
            all.forEach(giveBack);
        }
    }

    @Test
    void columns() {
        assertPooled(FloatColumnScratch::borrow, FloatColumnScratch::giveBack);
    }

    @Test
    void rows() {
        assertPooled(FloatRowScratch::borrow, FloatRowScratch::giveBack);
    }

    @Test
    void chunks() {
        assertPooled(FloatChunk::borrow, FloatChunk::giveBack);
    }

    @Test
    void poolsMakeAFewAndKeepThem() {
        int[] made = {0};
        ScratchPool<int[]> pool = new ScratchPool<>(() -> new int[] {made[0]++});
        assertPooled(pool::borrow, pool::giveBack);
        // The second round found what the pool had kept of the first.
        assertEquals(2 * MORE_THAN_THE_POOL_HOLDS - ScratchPool.SIZE, made[0]);
    }

    @Test
    void placesOfScratchesThatNeverComeBackAreFilledAnew() {
        int[] made = {0};
        ScratchPool<int[]> pool = new ScratchPool<>(() -> new int[] {made[0]++});
        for (int i = 0; i < 3 * ScratchPool.SIZE; i++) {
            pool.borrow();
        }
        int[] kept = pool.borrow();
        pool.giveBack(kept);
        int before = made[0];
        for (int i = 0; i < 100; i++) {
            int[] scratch = pool.borrow();
            assertSame(kept, scratch);
            pool.giveBack(scratch);
        }
        assertEquals(before, made[0]);
    }

    @Test
    void threadsThatComeAndGoShareOne() throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        ScratchPool<Integer> pool = new ScratchPool<>(made::getAndIncrement);
        for (int i = 0; i < 3 * ScratchPool.SIZE; i++) {
            Thread thread = i % 2 == 0
                    ? Thread.ofVirtual().unstarted(() -> pool.giveBack(pool.borrow()))
                    : Thread.ofPlatform().unstarted(() -> pool.giveBack(pool.borrow()));
            thread.start();
            thread.join();
        }
        assertEquals(1, made.get());
    }

    @Test
    void aMakerThatFailsLeavesThePlaceFree() {
        boolean[] fails = {true};
        ScratchPool<int[]> pool = new ScratchPool<>(() -> {
            if (fails[0]) {
                throw new OutOfMemoryError("as if");
            }
            return new int[1];
        });
        for (int i = 0; i < 2 * ScratchPool.SIZE; i++) {
            assertThrows(OutOfMemoryError.class, pool::borrow);
        }
        fails[0] = false;
        int[] scratch = pool.borrow();
        pool.giveBack(scratch);
        assertSame(scratch, pool.borrow());
    }

    /** Threads that borrow several at a time, more than there are places, and now and then never give one back. */
    @Test
    void nothingIsLentTwiceWhateverThreadsDo() throws InterruptedException {
        ScratchPool<AtomicBoolean> pool = new ScratchPool<>(AtomicBoolean::new);
        AtomicInteger twice = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 6; number++) {
            SplittableRandom random = new SplittableRandom(number);
            threads.add(Thread.ofPlatform().start(() -> {
                List<AtomicBoolean> own = new ArrayList<>();
                for (int step = 0; step < 200_000; step++) {
                    if (own.isEmpty() || (own.size() < ScratchPool.SIZE / 3 && random.nextBoolean())) {
                        AtomicBoolean lent = pool.borrow();
                        twice.addAndGet(lent.getAndSet(true) ? 1 : 0);
                        own.add(lent);
                    } else {
                        AtomicBoolean lent = own.remove(random.nextInt(own.size()));
                        if (random.nextInt(50) > 0) {
                            lent.set(false);
                            pool.giveBack(lent);
                        }
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, twice.get());
    }
}
