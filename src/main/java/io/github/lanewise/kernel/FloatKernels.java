// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import org.jspecify.annotations.Nullable;

/**
 * The primitive operations on one row, one chunk of a row, or one block of columns. Two implementations give the same
 * bits: the scalar twin in plain Java and the kernels on the Vector API.
 *
 * <p>Nothing is checked and nothing is allocated here: the public classes have checked every argument. A row is an array,
 * an offset and a number of elements {@code n >= 1} that lie one after the other. Sums are over one
 * {@linkplain FloatLanes#piece piece} of a row and follow the order that {@link FloatLanes} lays down; {@link FloatRows}
 * puts the pieces of a row together. Where an output is given, it may be the same array at the same offset as an input.
 *
 * <p>Coefficients {@code q[i]} stand for targets that are probabilities, smoothed and weighted on the fly:
 * {@code q[i] = alpha * t[i] + beta}, rounded once, and with class weights {@code (alpha * t[i] + beta) * w[i]}.
 */
public interface FloatKernels extends FloatPointKernels {
    /** Pieces of a call that takes several, at most. */
    int MOST_PIECES = 64;

    /** Columns of a tile, at most, and how far in a tile the elements of a column lie from each other: its numbers stay in the L1 cache. */
    int TILE = 256;

    /** The largest element of a row, a zero as +0; NaN if an element is NaN. Any {@code n >= 1}. */
    float max(float[] x, int xOffset, int n);

    /** Index of the first element of a row that equals a value, or -1 if there is none. Any {@code n}. */
    int indexOf(float[] x, int xOffset, int n, float value);

    /**
     * Sum of the exponentials of a piece.
     *
     * @param max a finite float, not below any element of the row; no element is NaN
     */
    double sumExp(ExpSum sum, float[] x, int xOffset, int n, float max);

    /**
     * Sum of the exponentials of a piece of at least a block, as {@link ExpSum#WHOLE}, and in the first element of {@code
     * distance} the sum of the same terms, each times how far its element lies below the maximum.
     *
     * @param max a finite float, not below any element of the row; no element is NaN
     */
    double sumExpAndDistance(float[] x, int xOffset, int n, float max, double[] distance);

    /**
     * As {@link #plainSumExpAndMax}, and the terms that are summed as those of {@link #expScale} into {@code terms}, relative to
     * {@code near} and still to be multiplied by a factor; of any worth only if the sum is a number. {@code terms} lies apart from x.
     */
    double plainSumTermsAndMax(float[] x, int xOffset, int n, float near, float[] max, float[] terms, int termsOffset);

    /** {@code out = terms * gain - minus} for at least a block of finite numbers; also in place. */
    void scaleTerms(float[] terms, int termsOffset, int n, float gain, float minus, float[] out, int outOffset);

    /**
     * Sum of {@code t * (max - x)} over whole blocks, as {@link #sumBelow} gives it, and in the first element of {@code mass} the
     * {@link #sum} of {@code t}.
     */
    double sumBelowAndMass(float[] x, int xOffset, float[] t, int tOffset, int n, float max, double[] mass);

    /**
     * The maximum of a piece of at least a block, as {@link #max} gives it, into the first element of {@code max}, and what {@link
     * #sumExp} gives for {@link ExpSum#WHOLE} relative to {@code near} instead, in one walk. {@code near} is finite and of a
     * magnitude below {@link FloatExp#FAR}; the sum is any number where a {@linkplain FloatExp#reaches maximum out of its reach} is
     * found.
     *
     * @param max takes the maximum, and has room for {@link FloatLanes#BLOCK} numbers that the kernel may put there before
     */
    double sumExpAndMax(float[] x, int xOffset, int n, float near, float[] max);

    /**
     * The same for a piece of ordinary numbers. Where an element is NaN, infinite or far from zero the sum may be NaN; {@code max} then
     * holds any numbers.
     */
    double plainSumExpAndMax(float[] x, int xOffset, int n, float near, float[] max);

    /**
     * The same for several pieces of one length, at most {@value #MOST_PIECES}.
     *
     * @param places where each begins in the array
     * @param sums takes their sums
     * @param max takes their maxima
     */
    void plainSumsExpAndMax(float[] x, int[] places, int count, int n, float near, double[] sums, float[] max);

    /**
     * {@link #plainSumTermsAndMax} of several pieces, as {@link #plainSumsExpAndMax}.
     *
     * @param termsPlaces where the terms of each begin
     */
    void plainSumsTermsAndMax(
            float[] x,
            int[] places,
            int count,
            int n,
            float near,
            double[] sums,
            float[] max,
            float[] terms,
            int[] termsPlaces);

    /**
     * The negative log-probability of an element of a row of at most {@link FloatLanes#LANES} elements, {@code (max - x[target]) +
     * log(sum)}: to the bit what the row's {@link FloatRows#max maximum} and {@link FloatRowSumExp#excess excess} give for it, or NaN, and
     * then these have to be asked for. That is so for any row here, and for one that a kernel has no short way for.
     */
    default double negativeLogProbability(float[] x, int xOffset, int n, int target) {
        return Double.NaN;
    }

    /**
     * The same, and unless that is NaN the row's gradient {@code (softmax(x) - 1{target}) * gradient}: to the bit what {@link #expScale}
     * gives for it and, at the target, what {@link FloatRowMaps#targetGradient} does.
     *
     * @param target the element, or -1 for none: then the output is {@code softmax(x) * gradient}, and the result that of the maximum
     * @param out takes the gradient, and may be the row itself
     */
    default double crossEntropyGradient(
            float[] x, int xOffset, int n, int target, double gradient, float[] out, int outOffset) {
        return Double.NaN;
    }

    /** Sum of a piece. Here and in the sums below, a result that is not finite may be NaN or an infinity. */
    double sum(float[] x, int xOffset, int n);

    /** Sum of {@code y[i] * x[i]}, each product rounded to float. */
    double dot(float[] x, int xOffset, float[] y, int yOffset, int n);

    /**
     * Sum of {@code q[i] * (max - x[i])}: how far the row lies below its maximum, with the coefficients {@code q}.
     *
     * @param t null for {@code q = 1}
     * @param w null for no class weights; not given without t
     */
    double sumBelow(
            float[] x,
            int xOffset,
            float @Nullable [] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float alpha,
            float beta);

    /**
     * {@code out[i] = exp(x[i] - shift) * factor - q[i]}, the last two operations as one fused multiply-add. The
     * exponential is exactly zero below {@code shift - 110}. It is {@link FloatExp#lateTerm} without t from a block on, else
     * {@link FloatExp#term}.
     *
     * @param t null for {@code q = beta}
     * @param w null for no class weights; not given without t
     * @param shift a finite float, not below any {@code x[i]} by more than a rounding error; no element is NaN
     */
    void expScale(
            float[] x,
            int xOffset,
            float @Nullable [] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float shift,
            double factor,
            float alpha,
            float beta,
            float[] out,
            int outOffset);

    /** {@code out[i] = ((x[i] - max) - logSum) * scale * w[i]}, in this order; {@code w} may be null for 1. */
    void logSoftmax(
            float[] x,
            int xOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float logSum,
            float scale,
            float[] out,
            int outOffset);

    /** {@code out[i] = gradient[i] - exp(logProbability[i]) * gradientSum}. */
    void logSoftmaxBackward(
            float[] logProbability,
            int logProbabilityOffset,
            float[] gradient,
            int gradientOffset,
            int n,
            float gradientSum,
            float[] out,
            int outOffset);

    /** {@code out[i] = probability[i] * (gradient[i] - mean)}. */
    void softmaxBackward(
            float[] probability,
            int probabilityOffset,
            float[] gradient,
            int gradientOffset,
            int n,
            float mean,
            float[] out,
            int outOffset);

    /**
     * Transposes rows that lie one after the other: element {@code i} of row {@code p} goes to {@code out[i * stride + p]}.
     *
     * @param indices scratch, with room for {@link FloatLanes#LANES}
     */
    void rowsToColumns(float[] x, int xOffset, int n, int count, float[] out, int stride, int[] indices);

    /** The way back: element {@code i} of row {@code p}, at {@code x[i * stride + p]}, goes to {@code out[outOffset + p * n + i]}. */
    void columnsToRows(float[] x, int stride, int n, int count, float[] out, int outOffset, int[] indices);

    /**
     * For each of {@code count} columns the largest element that is not NaN, a zero as +0. Column {@code p} has its {@code
     * n} elements at {@code xOffset + p + i * stride}. Here and below, arrays with one value a column are read and written
     * by whole registers: they need room for a multiple of {@link FloatLanes#LANES} values.
     */
    void columnMax(float[] x, int xOffset, int stride, int n, int count, float[] max);

    /** The same, and copies the columns: element {@code i} of column {@code p} goes to {@code out[i * outStride + p]}. */
    void columnCopyMax(float[] x, int xOffset, int stride, int n, int count, float[] out, int outStride, float[] max);

    /**
     * For each column with a finite maximum, what {@link FloatExp} reduces its exponentials by: {@link FloatExp#shift},
     * {@link FloatExp#low} and {@link FloatExp#magic}, and the maximum's own term in a sum, {@link FloatExp#topTerm}. NaN for an
     * infinite maximum.
     */
    void columnExpSetup(float[] max, int count, float[] shift, float[] low, float[] magic, float[] top);

    /**
     * For each column the sum of the terms of all its elements, in the scale of {@link FloatExp}, added in index order like a lane of
     * {@link FloatLanes} that begins with {@code top} as one term more: no term is larger than what it is added to, so what an
     * addition rounds off is exact. The sum is NaN where a column holds NaN or its maximum is infinite. shift, low, magic and top come
     * from {@link #columnExpSetup}.
     *
     * @param sum takes the sums
     * @param carry takes what they have rounded off
     */
    void columnSumWhole(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int count,
            float[] shift,
            float[] low,
            float[] magic,
            float[] top,
            float[] sum,
            float[] carry);

    /** For each column a sum of terms in units of its maximum's own: {@link FloatExp#sumUnit}, {@link FloatExp#inSumUnits}. */
    void columnInSumUnits(float[] max, double[] sum, int count, double[] excess);

    /** For each column {@link FloatExp#unit} of its maximum. */
    void columnUnits(float[] max, int count, double[] unit);

    /** For each column {@link FloatLogOnePlus#log1p} of a number that is not negative. */
    void columnLogOnePlus(double[] r, int count, double[] log);

    /**
     * For each column the sum of the terms of the elements below its maximum, in the scale of {@link FloatExp}, added in
     * index order like a lane of {@link FloatLanes}, and the number of elements that equal the maximum less one. The sum is NaN
     * where a column holds NaN or its maximum is infinite. shift, low and magic come from {@link #columnExpSetup}.
     */
    void columnSumExp(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int count,
            float[] max,
            float[] shift,
            float[] low,
            float[] magic,
            float[] sum,
            float[] extraMaxima);

    /**
     * For each column of at most {@link FloatLanes#BLOCK} elements what {@link #sumExp} gives for the same elements as a row, for
     * {@link ExpSum#WHOLE} and {@link ExpSum#BELOW}. The columns are those of a tile, element {@code i} of column {@code p} at
     * {@code xOffset + p + i * TILE}, and read by whole registers as well. shift, low and magic come from
     * {@link #columnExpSetup}; the sum of a column is NaN where its maximum is infinite.
     *
     * @param terms scratch, with room for {@link FloatLanes#LANES} times {@link FloatLanes#BLOCK}
     */
    void columnRowSums(
            ExpSum kind,
            float[] x,
            int xOffset,
            int n,
            int count,
            float[] max,
            float[] shift,
            float[] low,
            float[] magic,
            float[] terms,
            double[] sum);

    /** For each column the sum of {@code w[i] * (max - x)}, added in index order; {@code w} may be null for 1. */
    void columnSumBelow(
            float[] x,
            int xOffset,
            int stride,
            float @Nullable [] w,
            int wOffset,
            int n,
            int count,
            float[] max,
            float[] out);

    /**
     * {@code out = exp(x - max) * factor - minus * w[i]} for each element; {@code w} may be null for 1. Each column has its
     * {@link FloatExp#gain}, which stands for the factor, and its {@code minus}; the gain of a column that holds NaN or positive infinity
     * is NaN. Maxima are given by what {@link #columnExpSetup} made of them.
     */
    void columnExpScale(
            float[] x,
            int xOffset,
            int stride,
            float @Nullable [] w,
            int wOffset,
            int n,
            int count,
            float[] shift,
            float[] low,
            float[] magic,
            float[] gain,
            float[] minus,
            float[] out,
            int outOffset,
            int outStride);

    /** {@code out = (x - max) - logSum} for each element, with one {@code max} and {@code logSum} for each column. */
    void columnLogSoftmax(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int count,
            float[] max,
            float[] logSum,
            float[] out,
            int outOffset,
            int outStride);

    /**
     * Sum of {@code (x[i] * xScale) * (y[i] * yScale)} to twice the digits of an element as far as a double holds them, for dot products
     * and squared norms that may cancel afterwards. {@code FloatDots} and {@code DoubleDots} give the steps. The scales are powers of two.
     */
    double dotPrecise(float[] x, int xOffset, float xScale, float[] y, int yOffset, float yScale, int n);

    /** {@link #dotPrecise} of x with itself, of y with itself, and of x with y, in three elements of {@code sums}. */
    void squaresAndDot(
            float[] x,
            int xOffset,
            float xScale,
            float[] y,
            int yOffset,
            float yScale,
            int n,
            double[] sums,
            int sumsOffset);
}
