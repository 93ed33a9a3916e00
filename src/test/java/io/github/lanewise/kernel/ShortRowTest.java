// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The short way of a short row: what it finds has the bits of the usual way, and what is not ordinary it leaves to that. */
class ShortRowTest {
    private static final int TRIES = 20_000;
    private static final double[] ODD_GRADIENTS = {
        0.0, -0.0, 1e-17, -1e-19, 1e-30, 1e-44, 1e-320, 3e38, -1e45, 1e300, Double.NaN, Double.POSITIVE_INFINITY
    };

    private static double usual(float[] x, int offset, int n, int target) {
        float max = FloatRows.max(x, offset, 1, n);
        double excess = FloatRowSumExp.excess(x, offset, 1, n, max);
        float element = target < 0 ? max : x[offset + target];
        return ((double) max - element) + FloatLogOnePlus.log1p(excess);
    }

    private static boolean isFound(float[] x, int offset, int n, int target) {
        double found = Kernels.FLOAT.negativeLogProbability(x, offset, n, target);
        if (!Double.isNaN(found)) {
            assertEquals(
                    Double.doubleToRawLongBits(usual(x, offset, n, target)),
                    Double.doubleToRawLongBits(found),
                    () -> n + " elements at " + offset + " of " + Arrays.toString(x));
        }
        return !Double.isNaN(found);
    }

    /** The gradient by what the usual way takes: probabilities times a factor, and at the target less that factor. */
    private static void usualGradient(float[] x, int offset, int n, int target, double gradient, float[] out, int at) {
        float max = FloatRows.max(x, offset, 1, n);
        double excess = FloatRowSumExp.excess(x, offset, 1, n, max);
        double total = 1.0 + excess;
        FloatRowMaps.expScale(x, offset, 1, null, 0, 0, null, 0, n, max, gradient / total, 0f, 0f, out, at, 1);
        if (target >= 0) {
            boolean top = x[offset + target] == max;
            out[at + target] = (float) (top ? (0.0 - gradient * excess) / total : out[at + target] - gradient);
        }
    }

    private static boolean hasGradient(float[] x, int offset, int n, int target, double gradient, boolean inPlace) {
        int at = inPlace ? offset : 3;
        float[] out = new float[at + n + 2];
        Arrays.fill(out, 7f);
        if (inPlace) {
            System.arraycopy(x, 0, out, 0, offset + n);
        }
        float[] expected = out.clone();
        float[] from = inPlace ? out : x;
        double loss = Kernels.FLOAT.crossEntropyGradient(from, offset, n, target, gradient, out, at);
        boolean found = !Double.isNaN(loss);
        if (found) {
            assertEquals(usual(x, offset, n, target), loss);
            usualGradient(x, offset, n, target, gradient, expected, at);
        }
        // Where nothing is found nothing is written, and never beside the row.
        for (int i = 0; i < out.length; i++) {
            int where = i;
            assertEquals(
                    Float.floatToRawIntBits(expected[i]),
                    Float.floatToRawIntBits(out[i]),
                    () -> where - at + " of " + n + " elements at " + offset + " of " + Arrays.toString(x) + " times "
                            + gradient);
        }
        return found;
    }

    @Test
    void hasTheBitsOfTheUsualWay() {
        SplittableRandom random = new SplittableRandom(11);
        int found = 0;
        int oddFound = 0;
        for (int i = 0; i < TRIES; i++) {
            int n = 1 + random.nextInt(FloatLanes.LANES);
            double spread = Math.scalb(1.0, random.nextInt(-20, 7));
            double middle = random.nextInt(3) == 0 ? random.nextDouble(-60, 60) : 0.0;
            int before = random.nextInt(3) == 0 ? random.nextInt(40) : 0;
            float[] x = new float[before + n + (random.nextBoolean() ? 0 : random.nextInt(20))];
            // What is no part of the row is nothing that would pass unseen.
            Arrays.fill(x, random.nextBoolean() ? Float.NaN : 63f);
            for (int k = 0; k < n; k++) {
                x[before + k] = (float) (middle + spread * (2.0 * random.nextDouble() - 1.0));
            }
            if (random.nextInt(8) == 0) {
                x[before + random.nextInt(n)] = special(random.nextInt(9));
            }
            int target = random.nextInt(n);
            boolean isFound = isFound(x, before, n, target);
            found += isFound ? 1 : 0;
            double gradient = Math.scalb(random.nextDouble(-1.0, 1.0), random.nextInt(-40, 20));
            assertEquals(isFound, hasGradient(x, before, n, target, gradient, random.nextBoolean()));
            assertEquals(isFound, hasGradient(x, before, n, -1, gradient, random.nextBoolean()));
            double odd = ODD_GRADIENTS[i % ODD_GRADIENTS.length];
            oddFound += hasGradient(x, before, n, target, odd, random.nextBoolean()) ? 1 : 0;
        }
        // There is a short way where a register holds all lanes.
        boolean whole = Kernels.vectorBits() == FloatLanes.LANES * Float.SIZE;
        assertTrue(whole ? found > TRIES / 2 : found == 0, "found " + found);
        assertTrue(whole ? oddFound > 0 && oddFound < found : oddFound == 0, "found " + oddFound);
    }

    @Test
    void excessOfNearSumHasTheBitsOfTheUsualOne() {
        SplittableRandom random = new SplittableRandom(12);
        for (int i = 0; i < 50 * TRIES; i++) {
            float max = switch (i % 4) {
                case 0 -> (float) random.nextDouble(-64, 64);
                // Where the power of two changes.
                case 1 ->
                    Math.nextAfter(
                            (float) ((random.nextInt(-92, 92) + 0.5) * Math.log(2.0)), random.nextInt(-1, 2) * 64.0);
                case 2 -> (float) Math.scalb(random.nextDouble(-1, 1), random.nextInt(-140, 7));
                default -> random.nextInt(-63, 64);
            };
            // Of the maximum's own term to more than all that a short row holds.
            double sum = Math.scalb(Math.exp(max) * random.nextDouble(1.0, 32.0), FloatExp.SCALE);
            double usual = FloatExp.excessOfSum(FloatExp.moved(sum, 0f, max), max);
            double found = FloatExp.excessOfNearSum(sum, max);
            assertEquals(Double.doubleToRawLongBits(usual), Double.doubleToRawLongBits(found), () -> "maximum " + max);
        }
    }

    private static float special(int which) {
        return switch (which) {
            case 0 -> Float.NaN;
            case 1 -> Float.intBitsToFloat(Float.floatToRawIntBits(Float.NaN) | 1 << 31);
            case 2 -> Float.POSITIVE_INFINITY;
            case 3 -> Float.NEGATIVE_INFINITY;
            case 4 -> -0f;
            case 5 -> 64f;
            case 6 -> -64f;
            case 7 -> -Float.MAX_VALUE;
            default -> Math.nextDown(64f);
        };
    }

    private static void assertIsLeft(float[] x) {
        assertTrue(Double.isNaN(Kernels.FLOAT.negativeLogProbability(x, 0, x.length, 0)));
        float[] out = new float[x.length];
        assertTrue(Double.isNaN(Kernels.FLOAT.crossEntropyGradient(x, 0, x.length, 0, 1.0, out, 0)));
    }

    @Test
    void leavesWhatIsNotOrdinary() {
        for (int n = 1; n <= FloatLanes.LANES; n++) {
            for (int which = 0; which < 4; which++) {
                for (int at = 0; at < n; at++) {
                    float[] x = new float[n];
                    x[at] = special(which);
                    assertIsLeft(x);
                }
            }
            // A maximum that has nearly all.
            float[] sure = new float[n];
            sure[n - 1] = 40f;
            assertIsLeft(sure);
        }
    }
}
