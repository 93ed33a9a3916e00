// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.ScaledExpSum;
import java.util.Objects;

/**
 * The log-sum-exp of numbers that do not arrive at once: one by one, in pieces of a row, or as shards of a vocabulary that
 * several threads or machines hold. Pieces of floats and doubles may be mixed.
 *
 * <pre>{@code
 * LogSumExpAccumulator sum = new LogSumExpAccumulator();
 * sum.add(firstShard, 0, 64_128);
 * sum.add(secondShard, 0, 64_128);
 * double logProbability = logit - sum.value();
 *
 * sum.merge(otherThreads);                 // an accumulator of the same kind
 * sum.add(valueOfAnotherMachine);          // its log-sum-exp counts like an element
 * }</pre>
 *
 * <p>It holds the largest element {@code m} and the sum of the exponentials of all others in units of a power of two near
 * {@code exp(m)}. A larger element changes the power only, without a rounding, unlike the running maximum of streaming
 * softmax, which multiplies the sum by {@code exp(old - new)} each time.
 *
 * <p><b>Special values</b>, as {@link Softmax#logSumExp(float[], int, int)}. A NaN among the elements gives the canonical NaN,
 * else positive infinity gives positive infinity. Elements of negative infinity add nothing; if there are no others, or no
 * elements at all, the value is negative infinity.
 *
 * <p><b>Accuracy.</b> With s the sum of {@code exp(x - m)} over all elements, the error of the value is at most 4 ulp of the
 * largest of {@code |m|}, {@code log s} and the value, in double, however many elements, pieces and merges there were, as long
 * as they are fewer than 2^31. Pieces of floats are summed in float where that cannot show: if such a piece was added and the
 * value is at least 2, its error is at most 2^-23 besides, which leaves 1 ulp after rounding to float.
 *
 * <p><b>Bits.</b> Equal pieces in the same order give equal bits, on every machine, wherever they lie in their arrays. Other
 * cuts, another order and other ways to merge give the same value up to the error above: merging is associative and
 * commutative but for rounding.
 *
 * <p>Mutable, and not safe for use by several threads without coordination: give each thread an accumulator and merge them.
 * Methods throw {@link NullPointerException} for a null argument; whatever they throw, they throw before anything changes.
 * In steady state they allocate nothing.
 */
public final class LogSumExpAccumulator {
    private final ScaledExpSum sum = new ScaledExpSum();
    private long count;

    /** An accumulator without elements. */
    public LogSumExpAccumulator() {}

    /**
     * Adds one element.
     *
     * @param x any number; a float counts as the double that it is
     */
    public void add(double x) {
        sum.add(x);
        count++;
    }

    // ---- for float and double
    /**
     * Adds a piece of an array.
     *
     * @param x holds the elements
     * @param offset index of the first
     * @param length number of elements; 0 changes nothing
     * @throws IndexOutOfBoundsException if the piece is not inside the array
     */
    public void add(float[] x, int offset, int length) {
        Objects.requireNonNull(x, "x");
        Shapes.checkRow("x", offset, length, x.length);
        if (length == 0) {
            return;
        }
        FloatPieces.add(x, offset, length, sum);
        count += length;
    }
    // ---- end

    /**
     * Adds the elements of another accumulator.
     *
     * @param other it is not changed; may be this one, which then holds everything twice
     */
    public void merge(LogSumExpAccumulator other) {
        Objects.requireNonNull(other, "other");
        sum.add(other.sum);
        count += other.count;
    }

    /** Forgets all elements. */
    public void reset() {
        sum.reset();
        count = 0L;
    }

    /**
     * The log of the sum of the exponentials of all elements so far.
     *
     * @return the log-sum-exp
     */
    public double value() {
        return sum.log();
    }

    /**
     * Number of elements so far, of every kind.
     *
     * @return the number of elements
     */
    public long count() {
        return count;
    }

    /**
     * Value and number of elements.
     *
     * @return a description for messages
     */
    @Override
    public String toString() {
        return "LogSumExpAccumulator[value=" + value() + ", count=" + count + "]";
    }
}
