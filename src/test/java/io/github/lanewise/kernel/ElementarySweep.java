// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs one elementary function over many inputs and keeps the worst error, the sum of squared errors and the first
 * input where two implementations differ in their bits.
 *
 * <p>The reference is a double function whose own error is a few ulp of double, that is below 2^-26 ulp of float, so
 * it stands for the exact value. (StrictMath is fdlibm, for which 1 ulp is stated.)
 */
final class ElementarySweep {

    /** An array kernel: out[outOffset + i] = f(x[xOffset + i]) for i in [0, n). */
    interface ArrayKernel {
        void apply(float[] x, int xOffset, int n, float[] out, int outOffset);
    }

    /** A function of one float. */
    interface FloatFunction {
        float apply(float x);
    }

    /** Inputs a block; odd, so that every block ends in a masked tail whatever the lane width. */
    private static final int BLOCK = 4099;

    /** The least magnitude that rounds to infinity: halfway between the greatest float and 2^128. */
    private static final double OVERFLOW = 0x1.ffffffp127;

    private static final int CANONICAL_NAN_BITS = 0x7fc00000;

    private final DoubleUnaryOperator reference;
    private final FloatFunction twin;
    private final @Nullable ArrayKernel vector;

    private final float[] inputs = new float[BLOCK];
    private final float[] results = new float[BLOCK];
    private int filled;

    private long count;
    private long differences;
    private int firstDifference;
    private double worst = -1;
    private int worstInput;
    private long ordinary;
    private double squares;

    /**
     * Makes an empty sweep.
     *
     * @param reference the double function that stands for the exact value
     * @param twin the function measured
     * @param vector the kernel that has to give the same bits, or null when there is none
     */
    ElementarySweep(DoubleUnaryOperator reference, FloatFunction twin, @Nullable ArrayKernel vector) {
        this.reference = reference;
        this.twin = twin;
        this.vector = vector;
    }

    /** Adds the inputs first, first + stride, ... up to last, as float bit patterns in unsigned order. */
    void addPatterns(long first, long last, long stride) {
        for (long pattern = first; pattern <= last; pattern += stride) {
            add((int) pattern);
        }
    }

    /** Adds the patterns within distance of the given value's, on both sides and for both signs. */
    void addNeighbours(float value, int distance) {
        int middle = Float.floatToRawIntBits(Math.abs(value));
        for (int pattern = middle - distance; pattern <= middle + distance; pattern++) {
            add(pattern & Integer.MAX_VALUE);
            add(pattern | Integer.MIN_VALUE);
        }
    }

    private void add(int pattern) {
        inputs[filled++] = Float.intBitsToFloat(pattern);
        if (filled == BLOCK) {
            flush();
        }
    }

    /** Measures what has been added and not yet measured. */
    void flush() {
        if (vector != null) {
            vector.apply(inputs, 0, filled, results, 0);
        }
        for (int i = 0; i < filled; i++) {
            float result = twin.apply(inputs[i]);
            if (vector != null && Float.floatToRawIntBits(result) != Float.floatToRawIntBits(results[i])) {
                if (differences++ == 0) {
                    firstDifference = Float.floatToRawIntBits(inputs[i]);
                }
            }
            measure(inputs[i], result);
        }
        filled = 0;
    }

    private void measure(float input, float result) {
        double error = ulpError(result, reference.applyAsDouble(input));
        count++;
        if (error > worst) {
            worst = error;
            worstInput = Float.floatToRawIntBits(input);
        }
        if (result != 0 && Math.abs(result) <= Float.MAX_VALUE) {
            ordinary++;
            squares += error * error;
        }
    }

    /** Takes in what another sweep of the same function has found. */
    void merge(ElementarySweep other) {
        if (other.worst > worst) {
            worst = other.worst;
            worstInput = other.worstInput;
        }
        if (differences == 0) {
            firstDifference = other.firstDifference;
        }
        differences += other.differences;
        count += other.count;
        ordinary += other.ordinary;
        squares += other.squares;
    }

    /**
     * The distance of a result from the exact value, in units of the spacing of floats at the exact value.
     *
     * <p>An overflow is right (0) where the exact value rounds to infinity and otherwise counts as the number 2^128. A
     * NaN that is not the canonical one, a zero of the wrong sign, an infinity for a finite value or the reverse:
     * infinite.
     */
    static double ulpError(float result, double exact) {
        if (Double.isNaN(exact)) {
            return Float.floatToRawIntBits(result) == CANONICAL_NAN_BITS ? 0 : Double.POSITIVE_INFINITY;
        }
        if (Float.isNaN(result) || (result == 0 && 1 / result != 1 / Math.copySign(0.0, exact))) {
            return Double.POSITIVE_INFINITY;
        }
        if (Math.abs(exact) >= OVERFLOW) {
            return result == (float) exact ? 0 : Double.POSITIVE_INFINITY;
        }
        double value = Float.isInfinite(result) ? Math.copySign(0x1p128, result) : result;
        int exponent = Math.max(Math.getExponent(exact), Float.MIN_EXPONENT);
        return Math.abs(value - exact) * Math.scalb(1.0, 23 - exponent);
    }

    /** Number of inputs measured. */
    long count() {
        return count;
    }

    /** The greatest error found, in ulp. */
    double worst() {
        return worst;
    }

    /** Number of inputs for which the vector kernel's bits differ from the twin's. */
    long differences() {
        return differences;
    }

    /** The first of these inputs, for a message. */
    String firstDifference() {
        return describe(firstDifference);
    }

    /** Root of the mean square error over the inputs with a finite result other than zero, in ulp. */
    double rootMeanSquare() {
        return Math.sqrt(squares / ordinary);
    }

    /** One line of a table: greatest error, its input, root mean square error, number of inputs. */
    String summary(String name) {
        return String.format(
                Locale.ROOT,
                "%-11s max %.4f ulp at %s, RMS %.4f ulp, %d inputs",
                name,
                worst,
                describe(worstInput),
                rootMeanSquare(),
                count);
    }

    private static String describe(int bits) {
        float value = Float.intBitsToFloat(bits);
        return Float.toHexString(value) + " (" + value + ")";
    }
}
