// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.Padding;
import io.github.lanewise.kernel.ScratchPool;

/**
 * Two vectors, their cosine and its gradients. Borrowed from a pool, because the sums of a pair are five numbers.
 *
 * <p>With {@code d = x1 . x2} and {@code m = |x|^2 + eps} of each, the cosine is {@code d / sqrt(m1 m2)}. Sums come
 * from {@link io.github.lanewise.kernel.FloatKernels#dotPrecise}, with twice the digits of an element as far as a
 * double holds them. Where a squared norm leaves the middle half of the exponents, both vectors are taken anew,
 * divided by the power of two of their largest element, and eps by its square: products then neither overflow nor
 * lose digits below the smallest number.
 *
 * <p>A vector of one element against a longer one is repeated in the dot product, but its norm counts it once, as
 * PyTorch's broadcasting has it.
 */
final class FloatCosineRow extends Padding {
    /**
     * What is added to squared norms: PyTorch's constant, which is 1e-12 rounded to float also where it computes in
     * double.
     */
    static final double EPSILON = 0x1.197998p-40;

    private static final double LEAST_NORM = Math.scalb(1.0, Float.MIN_EXPONENT / 2);
    private static final double GREATEST_NORM = Math.scalb(1.0, Float.MAX_EXPONENT / 2);

    /** Vectors below 2^-400 add nothing to eps that a double could hold, and eps stays finite in their scale. */
    private static final int LEAST_EXPONENT = -400;

    /** From here on the product with an element that is not tiny beside the largest keeps its digits. */
    private static final double LEAST_HIGH_PART = Float.MIN_NORMAL * 0x1p24;

    private static final int TILE = 1024;
    private static final ScratchPool<FloatCosineRow> POOL = new ScratchPool<>(FloatCosineRow::new);

    private final float[] buffer1 = new float[FloatLanes.CHUNK];
    private final float[] buffer2 = new float[FloatLanes.CHUNK];
    private final float[] rest1 = new float[TILE];
    private final float[] rest2 = new float[TILE];
    private final double[] sums = new double[3];
    private final double[] sumsOfPiece = new double[3];

    private float[] x1 = buffer1;
    private float[] x2 = buffer2;
    private int offset1;
    private int offset2;
    private int stride1;
    private int stride2;
    private int length1;
    private int length2;
    private int length;
    private float scale1;
    private float scale2;
    private double dot;
    private double square1;
    private double square2;
    private double eps1;
    private double eps2;
    private double root;
    private double cosine;

    private FloatCosineRow() {}

    static FloatCosineRow borrow() {
        return POOL.borrow();
    }

    void giveBack() {
        // An idle pool does not keep the caller's arrays alive.
        x1 = buffer1;
        x2 = buffer2;
        POOL.giveBack(this);
    }

    /** Takes a pair of vectors and finds its cosine. */
    void take(float[] x1, int offset1, int stride1, int length1, float[] x2, int offset2, int stride2, int length2) {
        this.x1 = x1;
        this.x2 = x2;
        this.offset1 = offset1;
        this.offset2 = offset2;
        this.length1 = length1;
        this.length2 = length2;
        // One element repeated has the stride 0.
        this.stride1 = length1 == 1 && length2 != 1 ? 0 : stride1;
        this.stride2 = length2 == 1 && length1 != 1 ? 0 : stride2;
        this.length = length1 == 1 ? length2 : length1;
        scale1 = 1f;
        scale2 = 1f;
        measure();
        if (!isModerate(square1) || !isModerate(square2)) {
            rescale();
        }
    }

    /**
     * Takes a pair of vectors of one length, whose elements lie one after the other, and whose sums {@link #multiply} has found.
     */
    void take(float[] x1, int offset1, float[] x2, int offset2, int length, double[] sums, int at) {
        this.x1 = x1;
        this.x2 = x2;
        this.offset1 = offset1;
        this.offset2 = offset2;
        length1 = length;
        length2 = length;
        this.length = length;
        stride1 = 1;
        stride2 = 1;
        scale1 = 1f;
        scale2 = 1f;
        square1 = sums[at];
        square2 = sums[at + 1];
        dot = sums[at + 2];
        divide();
        if (!isModerate(square1) || !isModerate(square2)) {
            rescale();
        }
    }

    private static boolean isModerate(double square) {
        return square >= LEAST_NORM && square <= GREATEST_NORM;
    }

    private void rescale() {
        scale1 = scale(x1, offset1, stride1, length1);
        scale2 = scale(x2, offset2, stride2, length2);
        measure();
    }

    private static float scale(float[] x, int offset, int stride, int n) {
        float largest = 0f;
        for (int i = 0; i < n; i++) {
            // NaN stays; its pair is NaN in any scale.
            largest = Math.max(largest, Math.abs(x[offset + i * stride]));
        }
        if (largest == 0f || !(largest <= Float.MAX_VALUE)) {
            return 1f;
        }
        return Math.scalb(1f, -Math.max(Math.getExponent(largest), LEAST_EXPONENT));
    }

    private void measure() {
        if (length1 == length2) {
            squaresAndDot();
        } else {
            square1 = dot(x1, offset1, stride1, scale1, x1, offset1, stride1, scale1, length1);
            square2 = dot(x2, offset2, stride2, scale2, x2, offset2, stride2, scale2, length2);
            dot = dot(x1, offset1, stride1, scale1, x2, offset2, stride2, scale2, length);
        }
        divide();
    }

    private void divide() {
        eps1 = EPSILON * scale1 * scale1;
        eps2 = EPSILON * scale2 * scale2;
        double product = (square1 + eps1) * (square2 + eps2);
        // The root of the product makes the root of a square exact; beyond the range of double there are no squares
        // alike.
        root = isModerateProduct(product) ? Math.sqrt(product) : Math.sqrt(square1 + eps1) * Math.sqrt(square2 + eps2);
        cosine = dot / root;
    }

    private static boolean isModerateProduct(double product) {
        return product >= Double.MIN_NORMAL && product <= Double.MAX_VALUE;
    }

    /** The three sums in one walk. */
    private void squaresAndDot() {
        multiply(x1, offset1, stride1, scale1, x2, offset2, stride2, scale2, length, sums, 0);
        square1 = sums[0];
        square2 = sums[1];
        dot = sums[2];
    }

    /** The sums of two vectors of one length, in three elements of an array: their squares and their dot product. */
    void multiply(
            float[] x,
            int xOffset,
            int xStride,
            float xScale,
            float[] y,
            int yOffset,
            int yStride,
            float yScale,
            int n,
            double[] products,
            int at) {
        int piece = FloatLanes.piece(n);
        multiplyPiece(x, xOffset, xStride, xScale, y, yOffset, yStride, yScale, piece, products, at);
        for (int i = piece; i < n; i += piece) {
            piece = FloatLanes.piece(n - i);
            int xo = xOffset + i * xStride;
            int yo = yOffset + i * yStride;
            multiplyPiece(x, xo, xStride, xScale, y, yo, yStride, yScale, piece, sumsOfPiece, 0);
            for (int k = 0; k < sumsOfPiece.length; k++) {
                products[at + k] += sumsOfPiece[k];
            }
        }
    }

    private void multiplyPiece(
            float[] x,
            int xOffset,
            int xStride,
            float xScale,
            float[] y,
            int yOffset,
            int yStride,
            float yScale,
            int n,
            double[] products,
            int at) {
        float[] left = gathered(x, xOffset, xStride, n, buffer1);
        float[] right = gathered(y, yOffset, yStride, n, buffer2);
        int leftOffset = xStride == 1 ? xOffset : 0;
        int rightOffset = yStride == 1 ? yOffset : 0;
        Kernels.FLOAT.squaresAndDot(left, leftOffset, xScale, right, rightOffset, yScale, n, products, at);
    }

    private double dot(
            float[] x,
            int xOffset,
            int xStride,
            float xScale,
            float[] y,
            int yOffset,
            int yStride,
            float yScale,
            int n) {
        double sum = 0.0;
        int piece;
        for (int i = 0; i < n; i += piece) {
            piece = FloatLanes.piece(n - i);
            float[] left = gathered(x, xOffset + i * xStride, xStride, piece, buffer1);
            float[] right = gathered(y, yOffset + i * yStride, yStride, piece, buffer2);
            int leftOffset = xStride == 1 ? xOffset + i : 0;
            int rightOffset = yStride == 1 ? yOffset + i : 0;
            sum += Kernels.FLOAT.dotPrecise(left, leftOffset, xScale, right, rightOffset, yScale, piece);
        }
        return sum;
    }

    /** The array that holds elements one after the other: their own, or a buffer that they are gathered into. */
    private static float[] gathered(float[] x, int offset, int stride, int n, float[] buffer) {
        if (stride == 1) {
            return x;
        }
        FloatRowScratch.gather(x, offset, stride, n, 1f, buffer);
        return buffer;
    }

    /** The cosine; NaN if an element is NaN or infinite. */
    double cosine() {
        return cosine;
    }

    /**
     * {@code 1 - cosine}. Where the vectors point the same way it is
     * {@code (|x1|^2 |x2|^2 - d^2 + eps (|x1|^2 + |x2|^2 + eps)) / (r (r + d))} with {@code r = sqrt(m1 m2)}, which
     * keeps what eps adds and what the two products differ by.
     */
    double oneMinusCosine() {
        // A repeated element counts once in its norm, so that the cosine may exceed 1.
        if (length1 != length2 || !(dot > 0.5 * root)) {
            return 1.0 - cosine;
        }
        double product = dot * dot;
        double rest = Math.fma(dot, dot, -product);
        // Not negative by the inequality of Cauchy and Schwarz; rounding of the sums may make it so.
        double difference = Math.max(Math.fma(square1, square2, -product) - rest, 0.0);
        return (difference + (eps1 * square2 + eps2 * square1 + eps1 * eps2)) / (root * (root + dot));
    }

    /**
     * Writes {@code factor} times the gradients of the cosine, {@code (x2 - d / m1 * x1) / r} and the same with the
     * vectors exchanged. They may go over the vectors themselves.
     *
     * <p>The bracket is formed first, with {@code d / m1} in two parts, because its terms cancel where the vectors
     * are nearly parallel; its factor is rounded once.
     */
    void gradients(
            double factor,
            float[] out1,
            int outOffset1,
            int outStride1,
            boolean both,
            float[] out2,
            int outOffset2,
            int outStride2) {
        boolean fit = fits(factor * scale1 / root) && (!both || fits(factor * scale2 / root));
        if (factor != 0.0 && !fit) {
            rescale();
        }
        double ratio1 = dot / (square1 + eps1);
        double ratio2 = dot / (square2 + eps2);
        double outer1 = factor * scale1 / root;
        double outer2 = factor * scale2 / root;
        float high1 = highPart(ratio1);
        float high2 = highPart(ratio2);
        double low1 = lowPart(high1, square1 + eps1) * outer1;
        double low2 = lowPart(high2, square2 + eps2) * outer2;
        int tile;
        for (int i = 0; i < length; i += tile) {
            tile = Math.min(length - i, TILE);
            float[] left = x1;
            int leftOffset = offset1 + i * stride1;
            if (stride1 != 1 || scale1 != 1f) {
                FloatRowScratch.gather(x1, leftOffset, stride1, tile, scale1, buffer1);
                left = buffer1;
                leftOffset = 0;
            }
            float[] right = x2;
            int rightOffset = offset2 + i * stride2;
            if (stride2 != 1 || scale2 != 1f) {
                FloatRowScratch.gather(x2, rightOffset, stride2, tile, scale2, buffer2);
                right = buffer2;
                rightOffset = 0;
            }
            // Both brackets before the first output, which may lie over an input.
            Kernels.FLOAT.combine(left, leftOffset, -high1, right, rightOffset, 1f, tile, rest1, 0);
            if (both) {
                Kernels.FLOAT.combine(right, rightOffset, -high2, left, leftOffset, 1f, tile, rest2, 0);
            }
            write(left, leftOffset, low1, rest1, outer1, tile, out1, outOffset1 + i * outStride1, outStride1);
            if (both) {
                write(right, rightOffset, low2, rest2, outer2, tile, out2, outOffset2 + i * outStride2, outStride2);
            }
        }
    }

    /** Whether a factor keeps all its digits as a float. */
    private static boolean fits(double factor) {
        double magnitude = Math.abs(factor);
        return magnitude >= Float.MIN_NORMAL && magnitude <= Float.MAX_VALUE;
    }

    /**
     * What the bracket has of {@code dot / square}: nothing of one so small that its products would be subnormal, and lose their digits
     * before they are multiplied by the factor.
     */
    private static float highPart(double ratio) {
        return Math.abs(ratio) < LEAST_HIGH_PART ? 0f : (float) ratio;
    }

    /** What minus {@code dot / square} has beyond that. */
    private double lowPart(float high, double square) {
        double low = -Math.fma(-(double) high, square, dot) / square;
        return Double.isFinite(low) ? low : 0.0;
    }

    private static void write(
            float[] x,
            int xOffset,
            double low,
            float[] rest,
            double outer,
            int n,
            float[] out,
            int outOffset,
            int outStride) {
        if (outStride == 1) {
            Kernels.FLOAT.combine(x, xOffset, (float) low, rest, 0, (float) outer, n, out, outOffset);
        } else {
            Kernels.FLOAT.combine(x, xOffset, (float) low, rest, 0, (float) outer, n, rest, 0);
            FloatRowScratch.spread(rest, n, out, outOffset, outStride);
        }
    }

    /**
     * Adds {@code factor} times the gradient of the cosine with respect to the first vector, for vectors that are
     * repeated.
     */
    void addGradient1(double factor, double[] sums) {
        add(factor, sums, x1, offset1, stride1, scale1, length1, square1 + eps1, x2, offset2, stride2, scale2);
    }

    /** As {@link #addGradient1}, for the second vector. */
    void addGradient2(double factor, double[] sums) {
        add(factor, sums, x2, offset2, stride2, scale2, length2, square2 + eps2, x1, offset1, stride1, scale1);
    }

    private void add(
            double factor,
            double[] sums,
            float[] own,
            int ownOffset,
            int ownStride,
            float ownScale,
            int ownLength,
            double square,
            float[] other,
            int otherOffset,
            int otherStride,
            float otherScale) {
        double outer = factor * ownScale / root;
        double ratio = dot / square;
        for (int i = 0; i < length; i++) {
            double value = (double) other[otherOffset + i * otherStride] * otherScale;
            if (ownLength == length) {
                value = Math.fma(-ratio, (double) own[ownOffset + i * ownStride] * ownScale, value);
            }
            sums[ownLength == 1 ? 0 : i] += outer * value;
        }
        if (ownLength != length) {
            sums[0] -= outer * ratio * own[ownOffset] * ownScale;
        }
    }
}
