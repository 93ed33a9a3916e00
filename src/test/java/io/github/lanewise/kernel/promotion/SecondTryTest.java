// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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

/** A kernel that C2 has compiled to slow code is warmed again as another class. */
@Tag("once")
class SecondTryTest {
    /** A kernel whose calls make objects in some sets of kernels. */
    private static final class Slow extends Promotion {
        final List<KernelSet> promoted = new ArrayList<>();

        /** Those that calls were asked of. */
        final List<KernelSet> sets = new ArrayList<>();

        final List<KernelSet> slow;
        private Object made = "";
        int turns;

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
            sets.add(vectors);
            Runnable quiet = () -> {};
            return new Calls(
                    () -> {
                        if (slow.contains(vectors)) {
                            made = new Object[] {made};
                        }
                    },
                    () -> quiet);
        }

        /** As if each turn took a second. */
        @Override
        long seconds(Calls first) {
            return ++turns;
        }

        @Override
        void promote(KernelSet vectors) {
            promoted.add(vectors);
        }
    }

    private static void proceed(Promotion promotion) {
        for (int i = 0; i < 100 && promotion.isUnderWay(); i++) {
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

    @Test
    void theOtherClassesHaveTheSameBits() {
        long first = KernelsAgain.digest(Vectors.first());
        assertNotEquals(0, first);
        assertEquals(first, KernelsAgain.digest(Vectors.again()));
    }

    @Test
    void aFastKernelNeedsNoSecondTry() {
        Slow promotion = new Slow(List.of(Vectors.again()));
        proceed(promotion);
        assertEquals(List.of(Vectors.first()), promotion.promoted);
        assertEquals("", promotion.reason());
    }

    @Test
    void aSlowKernelIsPromotedAsAnotherClass() {
        Slow promotion = new Slow(List.of(Vectors.first()));
        for (int i = 1; i < Promotion.SECOND_TRY_SECONDS; i++) {
            promotion.proceed();
        }
        assertEquals(List.of(Vectors.first()), promotion.sets);
        promotion.proceed();
        assertEquals(List.of(Vectors.first(), Vectors.again()), promotion.sets);
        proceed(promotion);
        assertEquals(State.PROMOTED, promotion.state());
        assertEquals(List.of(Vectors.again()), promotion.promoted);
        assertEquals("as another class", promotion.reason());
        assertFalse(promotion.wasOutlasted());
    }

    @Test
    void aKernelThatIsFastAtLastIsPromotedAsItself() {
        Slow promotion = new Slow(new ArrayList<>(List.of(Vectors.first(), Vectors.again())));
        for (int i = 0; i < 2 * Promotion.SECOND_TRY_SECONDS; i++) {
            promotion.proceed();
        }
        promotion.slow.remove(Vectors.first());
        proceed(promotion);
        assertEquals(List.of(Vectors.first()), promotion.promoted);
    }

    @Test
    void aKernelThatIsSlowTwiceStaysOnTheTwin() {
        Slow promotion = new Slow(List.of(Vectors.first(), Vectors.again()));
        proceed(promotion);
        assertEquals(State.LEFT, promotion.state());
        assertEquals(Promotion.MOST_SECONDS, promotion.turns);
        assertEquals(List.of(), promotion.promoted);
        assertEquals("it was not fast after 60 s", promotion.reason());
        assertTrue(promotion.wasOutlasted());
    }
}
