// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatBits.assertRejected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Log-sum-exp in pieces: exact within its bound however the pieces are cut, equal bits for equal pieces, special values. */
class FloatLogSumExpAccumulatorTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final MathContext DIGITS = new MathContext(50);

    private final SplittableRandom random = new SplittableRandom(96);

    /** Relative to the first element: exponentials of large numbers take too long in 50 digits. */
    private static BigDecimal exact(float[] x) {
        BigDecimal first = new BigDecimal(x[0]);
        BigDecimal sum = BigDecimal.ZERO;
        for (float value : x) {
            sum = sum.add(BigDecimalMath.exp(new BigDecimal(value).subtract(first), DIGITS));
        }
        return first.add(BigDecimalMath.log(sum, DIGITS));
    }

    private LogSumExpAccumulator inPieces(float[] x) {
        LogSumExpAccumulator sum = new LogSumExpAccumulator();
        int length;
        for (int i = 0; i < x.length; i += length) {
            length = Math.min(x.length - i, random.nextInt(60));
            sum.add(x, i, length);
        }
        return sum;
    }

    /** A binary tree of merges over random pieces. */
    private LogSumExpAccumulator inATree(float[] x, int from, int to) {
        LogSumExpAccumulator sum = new LogSumExpAccumulator();
        if (to - from < 2 || random.nextInt(6) == 0) {
            sum.add(x, from, to - from);
            return sum;
        }
        int middle = random.nextInt(from, to);
        sum.merge(inATree(x, from, middle));
        sum.merge(inATree(x, middle, to));
        return sum;
    }

    /** At most one ulp after rounding to the type, or 4 ulp of the largest part in double. */
    private static void assertClose(BigDecimal exact, float max, LogSumExpAccumulator sum, String what) {
        double value = sum.value();
        double error = exact.subtract(new BigDecimal(value)).abs().doubleValue();
        double largest = Math.max(Math.abs(max), Math.max(Math.abs(value), Math.abs(value - max)));
        double bound = 4.0 * Math.ulp(largest);
        // 2^-23 in float; in double an ulp of 1.
        double pieces = value < 2.0 ? 0.0 : Math.ulp(1f);
        assertTrue(error <= bound + pieces, () -> what + ": " + value + " is " + error + " off");
    }

    @Test
    void isExactHoweverItIsCut() {
        for (double mean : new double[] {-200.0, -9.0, 0.0, 8.0, 300.0, 3000.0, 2e6, -3e7}) {
            for (int n : new int[] {1, 2, 7, 64, 500}) {
                float[] x = new float[n];
                float max = Float.NEGATIVE_INFINITY;
                for (int i = 0; i < n; i++) {
                    x[i] = (float) random.nextGaussian(mean, 3.0);
                    max = Math.max(max, x[i]);
                }
                BigDecimal exact = exact(x);
                String what = n + " around " + mean;
                assertClose(exact, max, inPieces(x), what + ", pieces");
                assertClose(exact, max, inATree(x, 0, n), what + ", tree");
                LogSumExpAccumulator single = new LogSumExpAccumulator();
                for (float value : x) {
                    single.add(value);
                }
                assertClose(exact, max, single, what + ", elements");
                LogSumExpAccumulator whole = new LogSumExpAccumulator();
                whole.add(x, 0, n);
                assertClose(exact, max, whole, what + ", whole");
                assertEquals(n, single.count());
                assertEquals(n, whole.count());
            }
        }
    }

    /** Shards of log-probabilities that add up to 1: the maximum and the logarithm of the sum cancel. */
    @Test
    void keepsWhatCancels() {
        for (int n = 2; n < 300; n += 7) {
            float[] x = new float[n];
            float max = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                x[i] = (float) -Math.log(n) + (float) random.nextGaussian(0.0, 1e-3);
                max = Math.max(max, x[i]);
            }
            assertClose(exact(x), max, inPieces(x), n + " log-probabilities");
        }
    }

    /** Every element is a new maximum. */
    @Test
    void growsWithoutRounding() {
        LogSumExpAccumulator sum = new LogSumExpAccumulator();
        int n = 200_000;
        double step = 0x1p-12;
        for (int i = 0; i < n; i++) {
            sum.add(i * step);
        }
        // A geometric series.
        MathContext digits = DIGITS;
        BigDecimal ratio = BigDecimalMath.exp(new BigDecimal(step), digits);
        BigDecimal last = BigDecimalMath.exp(new BigDecimal(n * step), digits);
        BigDecimal series = last.subtract(BigDecimal.ONE).divide(ratio.subtract(BigDecimal.ONE), digits);
        BigDecimal exact = BigDecimalMath.log(series, digits);
        double error = exact.subtract(new BigDecimal(sum.value())).abs().doubleValue();
        assertTrue(error <= Math.ulp(sum.value()), () -> sum + " is " + error + " off");
    }

    @Test
    void equalPiecesGiveEqualBits() {
        for (int n : new int[] {3, 40, 2100, 10_000}) {
            float[] x = FloatViews.normal(random, n);
            LogSumExpAccumulator sum = new LogSumExpAccumulator();
            sum.add(x, 0, n / 3);
            sum.add(x, n / 3, n - n / 3);
            for (int offset = 1; offset < 20; offset += 6) {
                float[] moved = FloatViews.normal(random, n + 30);
                System.arraycopy(x, 0, moved, offset, n);
                LogSumExpAccumulator other = new LogSumExpAccumulator();
                other.add(moved, offset, n / 3);
                other.add(moved, offset + n / 3, n - n / 3);
                assertEquals(sum.value(), other.value(), 0.0);
                other.reset();
                assertEquals(Double.NEGATIVE_INFINITY, other.value());
                other.add(moved, offset, n / 3);
                other.add(moved, offset + n / 3, n - n / 3);
                assertEquals(sum.value(), other.value(), 0.0);
            }
            assertEquals(Softmax.logSumExp(x, 0, n), (float) sum.value(), 2 * Math.ulp((float) sum.value()));
        }
    }

    @Nested
    class SpecialValues {
        private double of(float... x) {
            LogSumExpAccumulator whole = new LogSumExpAccumulator();
            whole.add(x, 0, x.length);
            LogSumExpAccumulator single = new LogSumExpAccumulator();
            LogSumExpAccumulator merged = new LogSumExpAccumulator();
            for (float value : x) {
                single.add(value);
                LogSumExpAccumulator other = new LogSumExpAccumulator();
                other.add(value);
                merged.merge(other);
            }
            assertEquals(whole.value(), single.value(), 0.0);
            assertEquals(whole.value(), merged.value(), 0.0);
            assertEquals(x.length, merged.count());
            return whole.value();
        }

        @Test
        void areThoseOfLogSumExp() {
            assertEquals(Double.NEGATIVE_INFINITY, of());
            assertEquals(Double.NEGATIVE_INFINITY, of(-INFINITY, -INFINITY));
            assertEquals(3.0, of(-INFINITY, 3f, -INFINITY));
            assertEquals(Double.POSITIVE_INFINITY, of(1f, INFINITY, -INFINITY));
            assertEquals(Double.NaN, of(1f, Float.NaN, 2f));
            assertEquals(Double.NaN, of(INFINITY, Float.NaN));
            assertEquals(Double.NaN, of(Float.NaN, INFINITY));
            assertEquals(Double.NaN, of(Float.NaN));
            assertEquals(0.0, of(-0f));
        }

        @Test
        void ofNumbersFarApart() {
            float huge = Float.MAX_VALUE;
            assertEquals(huge, of(-huge, huge));
            assertEquals(huge, of(huge, -huge));
            assertEquals(huge, of(1f, huge, 2f));
            assertEquals(-huge, of(-huge));
            assertEquals(2e6, of(1e6f, 2e6f, 1.5e6f));
        }

        @Test
        void mergedWithItself() {
            LogSumExpAccumulator sum = new LogSumExpAccumulator();
            sum.add(new float[] {1f, 2f, 3f}, 0, 3);
            double before = sum.value();
            sum.merge(sum);
            assertEquals(before + Math.log(2.0), sum.value(), 1e-15 * before);
            assertEquals(6, sum.count());
        }

        @Test
        void nothingChangesNothing() {
            LogSumExpAccumulator sum = new LogSumExpAccumulator();
            sum.add(2.0);
            sum.add(new float[3], 3, 0);
            sum.merge(new LogSumExpAccumulator());
            assertEquals(2.0, sum.value());
            assertEquals(1, sum.count());
            assertTrue(sum.toString().contains("value=2.0"), sum.toString());
        }
    }

    @Test
    void badArgumentsChangeNothing() {
        LogSumExpAccumulator sum = new LogSumExpAccumulator();
        sum.add(2.0);
        float[] x = {1f, 2f};
        assertRejected(IndexOutOfBoundsException.class, () -> sum.add(x, 1, 2));
        assertRejected(IndexOutOfBoundsException.class, () -> sum.add(x, -1, 1));
        assertRejected(IndexOutOfBoundsException.class, () -> sum.add(x, 0, -1));
        float[] none = null;
        assertRejected(NullPointerException.class, () -> sum.add(none, 0, 0), "x");
        assertEquals(2.0, sum.value());
        assertEquals(1, sum.count());
    }

    @Test
    void nullIsNamed() {
        LogSumExpAccumulator sum = new LogSumExpAccumulator();
        assertEquals(
                "other",
                assertThrows(NullPointerException.class, () -> sum.merge(null)).getMessage());
    }
}
