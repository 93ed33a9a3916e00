// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cosines of vectors whose squares overflow or underflow, repeated and in several layouts, against the formula with exact
 * sums.
 */
class FloatCosineScalesTest {
    private static final MathContext DIGITS = new MathContext(40);
    private static final BigDecimal EPSILON = new BigDecimal(FloatCosineRow.EPSILON);

    private final SplittableRandom random = new SplittableRandom(10);

    /** Powers of two in which the vectors' elements lie: squares underflow, are ordinary, and overflow. */
    static IntStream exponents() {
        return IntStream.of(Float.MIN_EXPONENT / 2 - 3, -20, 0, 20, Float.MAX_EXPONENT / 2 + 10);
    }

    /** Pairs of vectors with their losses and gradients. */
    private static final class Pairs {
        final double[] losses;
        final double[] gradient1;
        final double[] gradient2;

        /** Magnitudes of all that is added up in a gradient. */
        double terms1;

        double terms2;

        Pairs(float[] x1, int[] shape1, float[] x2, int[] shape2, int[] target, float[] upstream) {
            int rows = Math.max(shape1[0], shape2[0]);
            int n = Math.max(shape1[1], shape2[1]);
            this.losses = new double[rows];
            this.gradient1 = new double[x1.length];
            this.gradient2 = new double[x2.length];
            for (int row = 0; row < rows; row++) {
                BigDecimal dot = BigDecimal.ZERO;
                BigDecimal square1 = EPSILON;
                BigDecimal square2 = EPSILON;
                for (int i = 0; i < n; i++) {
                    BigDecimal a = new BigDecimal(x1[at(shape1, row, i)]);
                    BigDecimal b = new BigDecimal(x2[at(shape2, row, i)]);
                    dot = dot.add(a.multiply(b));
                    square1 = i < shape1[1] ? square1.add(a.multiply(a)) : square1;
                    square2 = i < shape2[1] ? square2.add(b.multiply(b)) : square2;
                }
                BigDecimal root = square1.multiply(square2).sqrt(DIGITS);
                BigDecimal cosine = dot.divide(root, DIGITS);
                boolean alike = target[row] == 1;
                losses[row] =
                        alike ? BigDecimal.ONE.subtract(cosine).doubleValue() : Math.max(0.0, cosine.doubleValue());
                double factor = alike ? -upstream[row] : cosine.signum() >= 0 ? upstream[row] : 0.0;
                // Each element adds its part of the dot product; each square that of its own vector, once an element.
                for (int i = 0; i < n; i++) {
                    BigDecimal a = new BigDecimal(x1[at(shape1, row, i)]);
                    BigDecimal b = new BigDecimal(x2[at(shape2, row, i)]);
                    BigDecimal own1 =
                            i < shape1[1] ? dot.divide(square1, DIGITS).multiply(a) : BigDecimal.ZERO;
                    BigDecimal own2 =
                            i < shape2[1] ? dot.divide(square2, DIGITS).multiply(b) : BigDecimal.ZERO;
                    BigDecimal scaled = new BigDecimal(factor);
                    gradient1[at(shape1, row, i)] += part(b.subtract(own1), scaled, root);
                    gradient2[at(shape2, row, i)] += part(a.subtract(own2), scaled, root);
                    terms1 += Math.abs(part(b.abs().add(own1.abs()), scaled, root));
                    terms2 += Math.abs(part(a.abs().add(own2.abs()), scaled, root));
                }
            }
        }

        private static double part(BigDecimal sum, BigDecimal factor, BigDecimal root) {
            return sum.multiply(factor).divide(root, DIGITS).doubleValue();
        }

        /** Row-major number of an element, where a size of 1 is repeated. */
        private static int at(int[] shape, int row, int i) {
            return (shape[0] == 1 ? 0 : row) * shape[1] + (shape[1] == 1 ? 0 : i);
        }
    }

    private float[] vectors(int length, int exponent) {
        float[] x = new float[length];
        for (int i = 0; i < length; i++) {
            x[i] = Math.scalb((float) random.nextDouble(0.5, 1.0), exponent) * (random.nextInt(3) == 0 ? -1f : 1f);
        }
        return x;
    }

    private static double largest(double[] values) {
        double largest = 0.0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static void assertClose(double[] expected, float[] actual, double magnitude) {
        double tolerance = 4 * Math.ulp(1f) * magnitude + Float.MIN_VALUE;
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], tolerance, "element " + i);
        }
    }

    private void check(int[] shape1, int exponent1, int[] shape2, int exponent2, float upstreamScale) {
        int rows = Math.max(shape1[0], shape2[0]);
        // A repeated element makes cosines above 1.
        boolean alike = shape1[1] == shape2[1];
        float[] x1 = vectors(shape1[0] * shape1[1], exponent1);
        float[] x2 = vectors(shape2[0] * shape2[1], exponent2);
        int[] target = new int[rows];
        float[] upstream = new float[rows];
        for (int row = 0; row < rows; row++) {
            target[row] = alike && row % 2 == 0 ? 1 : -1;
            upstream[row] = (float) random.nextDouble(1.0, 2.0) * upstreamScale;
        }
        Pairs pairs = new Pairs(x1, shape1, x2, shape2, target, upstream);
        CosineEmbeddingLoss loss =
                CosineEmbeddingLoss.builder().reduction(Reduction.NONE).build();
        for (FloatViews.Layout layout : FloatViews.Layout.values()) {
            FloatTensor input1 = layout.of(x1, shape1);
            FloatTensor input2 = layout.of(x2, shape2);
            FloatTensor losses = layout.of(new float[rows], rows);
            FloatTensor gradient1 = layout.of(new float[x1.length], shape1);
            FloatTensor gradient2 = layout.of(new float[x2.length], shape2);
            FloatTensor g = layout.of(upstream, rows);
            loss.forwardBackward(input1, input2, target, g, losses, gradient1, gradient2);
            assertClose(pairs.losses, losses.toArray(), 1.0 + largest(pairs.losses));
            assertClose(pairs.gradient1, gradient1.toArray(), pairs.terms1);
            assertClose(pairs.gradient2, gradient2.toArray(), pairs.terms2);
            FloatTensor alone = layout.of(new float[x1.length], shape1);
            loss.backward(input1, input2, target, g, alone);
            assertClose(pairs.gradient1, alone.toArray(), pairs.terms1);
            FloatTensor lossesAlone = layout.of(new float[rows], rows);
            loss.forward(input1, input2, target, lossesAlone);
            assertClose(pairs.losses, lossesAlone.toArray(), 1.0 + largest(pairs.losses));
        }
    }

    @ParameterizedTest
    @MethodSource("exponents")
    void ofEveryMagnitude(int exponent1) {
        exponents().forEach(exponent2 -> check(new int[] {4, 9}, exponent1, new int[] {4, 9}, exponent2, 1f));
    }

    @ParameterizedTest
    @MethodSource("exponents")
    void ofRepeatedRows(int exponent1) {
        exponents().forEach(exponent2 -> check(new int[] {1, 9}, exponent1, new int[] {4, 9}, exponent2, 1f));
        exponents().forEach(exponent2 -> check(new int[] {4, 9}, exponent1, new int[] {1, 9}, exponent2, 1f));
    }

    @ParameterizedTest
    @MethodSource("exponents")
    void ofRepeatedElements(int exponent1) {
        exponents().forEach(exponent2 -> check(new int[] {4, 1}, exponent1, new int[] {4, 9}, exponent2, 1f));
        exponents().forEach(exponent2 -> check(new int[] {4, 9}, exponent1, new int[] {1, 1}, exponent2, 1f));
    }

    @Test
    void ofLongVectors() {
        check(new int[] {2, 5000}, 0, new int[] {2, 5000}, 0, 1f);
    }

    /** Where eps is all that a tiny vector is divided by, its part of the gradient is by far the smallest, and keeps its digits. */
    @Test
    void gradientsOfTinyVectorsKeepTheirDigits() {
        for (int exponent = -110; exponent <= -70; exponent++) {
            float tiny = Math.scalb(1f, exponent);
            FloatTensor slopes = FloatTensor.of(new float[2], 1, 2);
            CosineEmbeddingLoss.builder()
                    .reduction(Reduction.NONE)
                    .build()
                    .backward(
                            FloatTensor.of(new float[] {tiny, tiny * 0.73f}, 1, 2),
                            FloatTensor.of(new float[] {1f, 0f}, 1, 2),
                            new int[] {1},
                            FloatTensor.of(new float[] {1e10f}, 1),
                            slopes,
                            FloatTensor.of(new float[2], 1, 2));
            double square = (double) tiny * tiny * (1.0 + (double) 0.73f * 0.73f) + 1e-12;
            double expected = 1e10 * tiny * ((double) tiny * 0.73f) / (square * Math.sqrt(square * (1.0 + 1e-12)));
            assertEquals(expected, slopes.get(0, 1), 1e-6 * expected, "2^" + exponent);
        }
    }
}
