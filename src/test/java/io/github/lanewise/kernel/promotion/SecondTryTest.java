// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.KernelSet;
import io.github.lanewise.kernel.promotion.Promotion.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kernel that C2 has compiled to slow code is warmed again as another class. */
@Tag("once")
class SecondTryTest {
    /** More turns than a kernel takes that is fast from the first call on. */
    private static final int PATIENCE = 30;

    /** A kernel whose calls make objects in some sets of kernels. */
    private static final class Slow extends Promotion {
        final List<KernelSet> promoted = new ArrayList<>();
        private final List<KernelSet> slow;
        private Object made = "";
        private int turns;

        Slow(List<KernelSet> slow) {
            super("slow");
            this.slow = slow;
        }

        @Override
        @Nullable
        String obstacle() {
            return null;
        }

        @Override
        Calls calls(KernelSet vectors) {
            Runnable quiet = () -> {};
            return new Calls(slow.contains(vectors) ? () -> made = new Object[] {made} : quiet, () -> quiet);
        }

        @Override
        boolean isOver(Calls calls) {
            return ++turns % PATIENCE == 0;
        }

        @Override
        void promote(KernelSet vectors) {
            promoted.add(vectors);
        }
    }

    private static void proceed(Promotion promotion) {
        for (int i = 0; i < 2 * PATIENCE && promotion.isUnderWay(); i++) {
            promotion.proceed();
        }
    }

    @Test
    void theVectorsAreOtherClassesOfTheSameWidth() {
        KernelSet again = Vectors.again();
        assertSame(again, Vectors.again());
        assertNotSame(Vectors.first().getClass(), again.getClass());
        assertNotSame(Vectors.first().ofFloats().getClass(), again.ofFloats().getClass());
        assertNotSame(Vectors.first().ofHalves().getClass(), again.ofHalves().getClass());
        assertEquals(Vectors.first().bits(), again.bits());
    }

    @ParameterizedTest
    @EnumSource
    void theOtherClassesHaveTheSameBits(Kernel kernel) {
        KernelSet first = Vectors.first();
        KernelSet again = Vectors.again();
        FloatWarmUp floats = new FloatWarmUp(first.ofFloats(), first.selectFloats(), first.ofNativeFloats());
        FloatWarmUp floatsAgain = new FloatWarmUp(again.ofFloats(), again.selectFloats(), again.ofNativeFloats());
        floats.run(kernel);
        floatsAgain.run(kernel);
        assertEquals(floats.sum(), floatsAgain.sum());
        DoubleWarmUp doubles = new DoubleWarmUp(first.ofDoubles(), first.selectDoubles(), first.ofNativeDoubles());
        DoubleWarmUp doublesAgain = new DoubleWarmUp(again.ofDoubles(), again.selectDoubles(), again.ofNativeDoubles());
        doubles.run(kernel);
        doublesAgain.run(kernel);
        assertEquals(doubles.sum(), doublesAgain.sum());
    }

    @Test
    void aSlowKernelIsPromotedAsAnotherClass() {
        Slow promotion = new Slow(List.of(Vectors.first()));
        proceed(promotion);
        assertEquals(State.PROMOTED, promotion.state());
        assertEquals(List.of(Vectors.again()), promotion.promoted);
        assertEquals("as another class", promotion.reason());
        assertFalse(promotion.wasOutlasted());
    }

    @Test
    void aKernelThatIsSlowTwiceStaysOnTheTwin() {
        Slow promotion = new Slow(List.of(Vectors.first(), Vectors.again()));
        proceed(promotion);
        assertEquals(State.LEFT, promotion.state());
        assertEquals(List.of(), promotion.promoted);
        assertTrue(promotion.reason().startsWith("it was not fast after "), promotion.reason());
        assertTrue(promotion.wasOutlasted());
    }
}
