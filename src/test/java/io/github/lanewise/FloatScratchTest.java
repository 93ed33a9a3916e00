// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.ScratchPool;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        // More than fit are lent as well, each to one borrower only. Which of them the pool then keeps is left open.
        for (int round = 0; round < 2; round++) {
            List<T> all = new ArrayList<>();
            Set<T> different = Collections.newSetFromMap(new IdentityHashMap<>());
            for (int i = 0; i < MORE_THAN_THE_POOL_HOLDS; i++) {
                T scratch = borrow.get();
                all.add(scratch);
                different.add(scratch);
            }
            assertEquals(MORE_THAN_THE_POOL_HOLDS, different.size());
            assertTrue(round > 0 || (different.contains(first) && different.contains(second)));
            all.forEach(giveBack);
        }
    }

    @Test
    void columns() {
        assertPooled(FloatColumnScratch::borrow, FloatColumnScratch::giveBack);
        assertPooled(FloatRowBlock::borrow, FloatRowBlock::giveBack);
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
        // Calls that take one to four at a time.
        for (int atATime = 1; atATime <= 4; atATime++) {
            int[] made = {0};
            ScratchPool<int[]> pool = new ScratchPool<>(() -> new int[] {made[0]++});
            for (int i = 0; i < 3 * ScratchPool.SIZE; i++) {
                pool.borrow();
            }
            int before = 0;
            for (int call = 0; call < 100; call++) {
                List<int[]> taken = new ArrayList<>();
                for (int i = 0; i < atATime; i++) {
                    taken.add(pool.borrow());
                }
                taken.forEach(pool::giveBack);
                before = call == 10 ? made[0] : before;
            }
            assertEquals(before, made[0]);
        }
    }

    /** A call with an array that it rejects. */
    private static WeakReference<float[]> rejected(Consumer<float[]> call) {
        float[] array = new float[600];
        Arrays.fill(array, Float.NEGATIVE_INFINITY);
        assertThrows(IllegalArgumentException.class, () -> call.accept(array));
        return new WeakReference<>(array);
    }

    @Test
    void rejectedCallsKeepNoArray() {
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().fullyMasked(OnEmpty.ERROR).build();
        int[] rowOffsets = {0, 300, 600};
        List<Consumer<float[]>> calls = List.of(
                x -> loss.forward(FloatTensor.of(x, 2, 300), new int[] {1, 2}),
                x -> loss.forward(FloatRagged.of(x, rowOffsets), new int[] {1, 2}),
                x -> Softmax.softmax(
                        FloatRagged.of(x, rowOffsets), OnEmpty.ERROR, FloatRagged.of(x.clone(), rowOffsets)),
                x -> Softmax.softmax(FloatTensor.of(x, 2, 300), 1, OnEmpty.ERROR, FloatTensor.of(x.clone(), 2, 300)),
                x -> BceLoss.create().forward(FloatTensor.of(x, 600), FloatTensor.of(new float[600], 600)));
        for (int number = 0; number < calls.size(); number++) {
            WeakReference<float[]> array = rejected(calls.get(number));
            for (int i = 0; i < 100 && array.get() != null; i++) {
                System.gc();
            }
            assertNull(array.get(), "call " + number);
        }
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

    /** What a borrower writes without any care, as it has it alone. */
    private static final class Lent {
        private long uses;
        private boolean taken;
    }

    /** Threads that borrow several at a time, more than there are places, and now and then never give one back. */
    @Test
    void nothingIsLentTwiceWhateverThreadsDo() throws Exception {
        ScratchPool<Lent> pool = new ScratchPool<>(Lent::new);
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int number = 0; number < 6; number++) {
                SplittableRandom random = new SplittableRandom(number);
                answers.add(threads.submit(() -> {
                    int twice = 0;
                    List<Lent> own = new ArrayList<>();
                    List<Long> uses = new ArrayList<>();
                    for (int step = 0; step < 200_000; step++) {
                        if (own.isEmpty() || (own.size() < ScratchPool.SIZE / 3 && random.nextBoolean())) {
                            Lent lent = pool.borrow();
                            twice += lent.taken ? 1 : 0;
                            lent.taken = true;
                            own.add(lent);
                            uses.add(++lent.uses);
                        } else {
                            int at = random.nextInt(own.size());
                            Lent lent = own.remove(at);
                            twice += lent.uses == uses.remove(at) ? 0 : 1;
                            if (random.nextInt(50) > 0) {
                                lent.taken = false;
                                pool.giveBack(lent);
                            }
                        }
                    }
                    return twice;
                }));
            }
            for (Future<Integer> answer : answers) {
                assertEquals(0, answer.get());
            }
        }
    }
}
