// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.ScratchPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pools of scratch arrays: nothing is made twice that was given back, and nothing is lent twice at a time. */
@Tag("once")
class FloatScratchTest {
    private static final int MORE_THAN_THE_POOL_HOLDS = 40;

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
        // The second round found what the pool had kept of the first: 16.
        assertEquals(2 * MORE_THAN_THE_POOL_HOLDS - 16, made[0]);
    }
}
