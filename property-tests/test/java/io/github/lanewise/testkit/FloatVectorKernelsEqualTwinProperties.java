// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static io.github.lanewise.testkit.FloatTwinKernels.sameArray;
import static io.github.lanewise.testkit.FloatTwinKernels.sameColumns;
import static io.github.lanewise.testkit.FloatTwinKernels.sameNumber;
import static io.github.lanewise.testkit.FloatTwinKernels.sameSum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowMaps;
import io.github.lanewise.kernel.FloatRowSumExp;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import io.github.lanewise.testkit.generators.ClassBatch;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * Every kernel on the Vector API gives the bits of its scalar twin, at any offset and length, and writes nothing else.
 */
@Tag("vector")
class FloatVectorKernelsEqualTwinProperties {
    private static final int TRIES = 80;
    private static final int MOST_COLUMNS = FloatKernels.TILE;
    private static final double[] ODD = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1e38, -1e-44
    };
    private static final double[] FACTORS = {1.0, 0.37, -2.5e-3, 1e-30, 1e-44, 0.0};

    /**
     * The kernels that the properties below call; those of single elements have
     * {@link FloatVectorPointsEqualTwinProperties}.
     */
    private static final Set<String> COVERED = new TreeSet<>(Set.of(
            "max",
            "indexOf",
            "sumExp",
            "sumExpAndDistance",
            "sumExpAndMax",
            "plainSumExpAndMax",
            "plainSumsExpAndMax",
            "plainSumsTermsAndMax",
            "plainSumTermsAndMax",
            "scaleTerms",
            "sumBelowAndMass",
            "negativeLogProbability",
            "crossEntropyGradient",
            "sum",
            "dot",
            "sumBelow",
            "expScale",
            "logSoftmax",
            "logSoftmaxBackward",
            "softmaxBackward",
            "rowsToColumns",
            "columnsToRows",
            "columnMax",
            "columnCopyMax",
            "columnExpSetup",
            "columnSumExp",
            "columnSumWhole",
            "columnInSumUnits",
            "columnUnits",
            "columnLogOnePlus",
            "columnRowSums",
            "columnSumBelow",
            "columnExpScale",
            "columnLogSoftmax",
            "dotPrecise",
            "squaresAndDot"));

    @Example
    void allKernelsAreCovered() {
        assertEquals(
                COVERED,
                Arrays.stream(FloatKernels.class.getDeclaredMethods())
                        .map(Method::getName)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** A row at an offset of an array, with rows of targets, weights and gradients of its length. */
    private static final class Row {
        final int n;
        final int offset;
        final float[] x;
        final float[] t;
        final float[] w;
        final float[] g;

        Row(ClassBatch batch, int offset) {
            this.n = batch.classes();
            this.offset = offset;
            this.x = shifted(batch.rows().row(batch.scores(), 0));
            this.t = shifted(batch.rows().row(batch.probabilities(), 0));
            this.g = shifted(batch.rows().row(batch.elementUpstream(), 0));
            this.w = batch.weight().floats();
        }

        private float[] shifted(double... row) {
            float[] array = new float[offset + row.length + 2];
            Arrays.fill(array, Float.NaN);
            for (int i = 0; i < row.length; i++) {
                array[offset + i] = (float) row[i];
            }
            return array;
        }

        /** Whether all elements of a piece are finite and not far from zero. */
        boolean isOrdinary(int at, int length) {
            boolean ordinary = true;
            for (int i = at; i < at + length; i++) {
                ordinary &= Math.abs(x[i]) < 1000f;
            }
            return ordinary;
        }

        /**
         * The largest element; 0 if there are only NaN and negative infinities, for what kernels are given is finite.
         */
        float max() {
            float max = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                max = x[offset + i] > max ? x[offset + i] : max;
            }
            return max == Float.NEGATIVE_INFINITY ? 0f : max + 0f;
        }
    }

    @Property(tries = TRIES)
    void rowSums(@ForAll ClassBatch batch, @ForAll @IntRange(max = 17) int offset) {
        Row row = new Row(batch, offset);
        float max = row.max();
        boolean finite = Float.isFinite((float) sameNumber(k -> k.max(row.x, offset, row.n)));
        sameNumber(k -> k.indexOf(row.x, offset, row.n, max));
        sameNumber(k -> k.indexOf(row.x, offset, row.n, row.x[offset + row.n - 1]));
        int length;
        for (int i = 0; i < row.n; i += length) {
            length = FloatLanes.piece(row.n - i);
            int n = length;
            int from = i;
            int at = offset + i;
            if (finite) {
                for (ExpSum kind : ExpSum.values()) {
                    sameNumber(k -> k.sumExp(kind, row.x, at, n, max));
                }
            }
            if (finite && n % FloatLanes.BLOCK == 0) {
                double[] distance = new double[1];
                sameNumber(k -> k.sumExpAndDistance(row.x, at, n, max, distance));
                sameNumber(k -> {
                    k.sumExpAndDistance(row.x, at, n, max, distance);
                    return distance[0];
                });
            }
            if (n == row.n && n <= FloatLanes.LANES) {
                for (int target = 0; target < n; target++) {
                    int y = target;
                    sameNumber(k -> negativeLogProbability(k, row.x, at, n, y));
                    for (double factor : FACTORS) {
                        sameArray(at + n, (k, out) -> gradient(k, row.x, at, n, y, factor, out));
                    }
                }
            }
            sameSum(k -> k.sum(row.x, at, n));
            sameSum(k -> k.dot(row.x, at, row.t, at, n));
            sameSum(k -> k.dotPrecise(row.x, at, 0x1p-3f, row.t, at, 2f, n));
            sameSum(k -> k.dotPrecise(row.x, at, 1f, row.x, at, 1f, n));
            if (n >= FloatLanes.BLOCK) {
                float[] best = new float[FloatLanes.BLOCK];
                sameNumber(k -> {
                    k.sumExpAndMax(row.x, at, n, 1.5f, best);
                    return best[0];
                });
                if (finite && FloatExp.reaches(1.5f, max)) {
                    sameNumber(k -> k.sumExpAndMax(row.x, at, n, 1.5f, best));
                    boolean ordinary = row.isOrdinary(at, n);
                    sameNumber(k -> plainSum(k, ordinary, row.x, at, n, best));
                    sameNumber(k -> {
                        plainSum(k, ordinary, row.x, at, n, best);
                        return best[0];
                    });
                }
            }
            double[] sums = new double[5];
            for (int part = 0; part < 3; part++) {
                int which = 2 + part;
                sameSum(k -> {
                    k.squaresAndDot(row.x, at, 0x1p-3f, row.t, at, 2f, n, sums, 2);
                    return sums[which];
                });
            }
            sameSum(k -> k.sumBelow(row.x, at, null, 0, null, 0, n, max, 1f, 0f));
            sameSum(k -> k.sumBelow(row.x, at, row.t, at, null, 0, n, max, 0.9f, 0.1f / row.n));
            sameSum(k -> k.sumBelow(row.x, at, row.t, at, row.w, from, n, max, 0.9f, 0.1f / row.n));
        }
    }

    /** By the short way if there is one, as callers do. */
    private static double negativeLogProbability(FloatKernels k, float[] x, int at, int n, int target) {
        double found = k.negativeLogProbability(x, at, n, target);
        if (!Double.isNaN(found)) {
            return found;
        }
        float max = FloatRows.max(x, at, 1, n);
        return ((double) max - x[at + target]) + FloatLogOnePlus.log1p(FloatRowSumExp.excess(x, at, 1, n, max));
    }

    /** The same for the gradient, times a factor. */
    private static void gradient(FloatKernels k, float[] x, int at, int n, int target, double factor, float[] out) {
        if (!Double.isNaN(k.crossEntropyGradient(x, at, n, target, factor, out, at))) {
            return;
        }
        float max = FloatRows.max(x, at, 1, n);
        double excess = FloatRowSumExp.excess(x, at, 1, n, max);
        FloatRowMaps.expScale(x, at, 1, null, 0, 0, null, 0, n, max, factor / (1.0 + excess), 0f, 0f, out, at, 1);
        out[at + target] =
                (float) (x[at + target] == max ? (0.0 - factor * excess) / (1.0 + excess) : out[at + target] - factor);
    }

    /** Ordinary rows, some of whose elements lie too deep for a term that is not 0. */
    @Property(tries = TRIES)
    void termsThatAreKept(
            @ForAll long seed,
            @ForAll @IntRange(min = FloatLanes.BLOCK, max = 900) int n,
            @ForAll @IntRange(max = 17) int offset,
            @ForAll @IntRange(max = 17) int outOffset) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[offset + n];
        float[] t = new float[outOffset + n];
        double deviation = random.nextInt(1, 40);
        for (int i = 0; i < n; i++) {
            x[offset + i] = (float) (random.nextGaussian() * deviation);
            t[outOffset + i] = random.nextInt(5) == 0 ? -0f : (float) random.nextDouble();
        }
        float near = x[offset] + random.nextInt(-9, 10);
        float[] best = new float[FloatLanes.BLOCK];
        double sum = sameNumber(k -> k.plainSumTermsAndMax(x, offset, n, near, best, new float[n], 0));
        assertEquals(sum, FloatScalarKernels.INSTANCE.plainSumExpAndMax(x, offset, n, near, best));
        sameNumber(k -> {
            k.plainSumTermsAndMax(x, offset, n, near, best, new float[n], 0);
            return best[0];
        });
        sameArray(outOffset + n, (k, out) -> k.plainSumTermsAndMax(x, offset, n, near, best, out, outOffset));
        sameArray(outOffset + n, (k, out) -> k.scaleTerms(x, offset, n, 0.37f, 0.25f, out, outOffset));
        sameArray(outOffset + n, (k, out) -> {
            System.arraycopy(t, 0, out, 0, outOffset + n);
            k.scaleTerms(out, outOffset, n, -0.1f, 0f, out, outOffset);
        });
        // A product and a sum in one walk are those of a walk each.
        int whole = n - n % FloatLanes.BLOCK;
        double[] mass = new double[1];
        double below = sameNumber(k -> k.sumBelowAndMass(x, offset, t, outOffset, whole, near, mass));
        double expected = FloatScalarKernels.INSTANCE.sumBelow(x, offset, t, outOffset, null, 0, whole, near, 1f, 0f);
        assertEquals(expected, below);
        double all = sameNumber(k -> {
            k.sumBelowAndMass(x, offset, t, outOffset, whole, near, mass);
            return mass[0];
        });
        assertEquals(FloatScalarKernels.INSTANCE.sum(t, outOffset, whole), all);
    }

    /** Several ordinary rows, in any places of an array, have the sums and maxima of each. */
    @Property(tries = TRIES)
    void rowsThatAreSummedTogether(
            @ForAll long seed,
            @ForAll @IntRange(min = FloatLanes.BLOCK, max = 900) int n,
            @ForAll @IntRange(min = 1, max = FloatKernels.MOST_PIECES) int count,
            @ForAll @IntRange(max = 17) int offset) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[offset + n + 3 * count];
        double level = random.nextInt(-12, 13);
        double deviation = random.nextInt(1, 5);
        // Some without a number above a zero.
        boolean zeros = random.nextInt(4) == 0;
        for (int i = 0; i < x.length; i++) {
            float number = (float) (level + random.nextGaussian() * deviation);
            x[i] = zeros ? Math.min(number, random.nextInt(9) == 0 ? 0f : -0f) : number;
        }
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = offset + random.nextInt(3 * count + 1);
        }
        float near = (float) level + random.nextInt(-9, 10);
        int[] termsPlaces = new int[count];
        float[] expectedTerms = new float[offset + count * n + 1];
        double[] expectedSums = new double[count];
        float[] expectedMaxima = new float[count];
        float[] best = new float[FloatLanes.BLOCK];
        for (int i = 0; i < count; i++) {
            termsPlaces[i] = offset + i * n;
            expectedSums[i] = FloatScalarKernels.INSTANCE.plainSumTermsAndMax(
                    x, places[i], n, near, best, expectedTerms, termsPlaces[i]);
            expectedMaxima[i] = best[0];
        }
        double[] sums = new double[count];
        float[] maxima = new float[count];
        sameNumber(k -> {
            k.plainSumsExpAndMax(x, places, count, n, near, sums, maxima);
            assertArrayEquals(expectedSums, sums);
            assertArrayEquals(expectedMaxima, maxima);
            float[] terms = new float[expectedTerms.length];
            k.plainSumsTermsAndMax(x, places, count, n, near, sums, maxima, terms, termsPlaces);
            assertArrayEquals(expectedSums, sums);
            assertArrayEquals(expectedMaxima, maxima);
            assertArrayEquals(expectedTerms, terms);
            return sums[0];
        });
    }

    /** The sum of a piece that may only be left to the other kernel if it holds others than ordinary numbers. */
    private static double plainSum(FloatKernels k, boolean ordinary, float[] x, int at, int n, float[] best) {
        double sum = k.plainSumExpAndMax(x, at, n, 1.5f, best);
        return Double.isNaN(sum) && !ordinary ? k.sumExpAndMax(x, at, n, 1.5f, best) : sum;
    }

    @Property(tries = TRIES)
    void rowMaps(
            @ForAll ClassBatch batch,
            @ForAll @IntRange(max = 17) int offset,
            @ForAll @IntRange(max = 17) int outOffset,
            @ForAll boolean hasWeight) {
        Row row = new Row(batch, offset);
        int n = row.n;
        int length = outOffset + n;
        float max = row.max();
        float @Nullable [] w = hasWeight ? row.w : null;
        double[] factors = max < Float.POSITIVE_INFINITY ? FACTORS : new double[0];
        for (double factor : factors) {
            sameArray(
                    length,
                    (k, out) -> k.expScale(row.x, offset, null, 0, null, 0, n, max, factor, 0f, 0.01f, out, outOffset));
            sameArray(
                    length,
                    (k, out) -> k.expScale(
                            row.x, offset, row.t, offset, w, 0, n, max, factor, 0.9f, 0.01f, out, outOffset));
        }
        sameArray(
                length,
                (k, out) -> k.logSoftmax(row.x, offset, w, 0, n, max, 1.75f, hasWeight ? -0.3f : 1f, out, outOffset));
        sameArray(length, (k, out) -> k.logSoftmaxBackward(row.x, offset, row.g, offset, n, -1.37f, out, outOffset));
        sameArray(length, (k, out) -> k.softmaxBackward(row.x, offset, row.g, offset, n, 0.21f, out, outOffset));
    }

    @Property(tries = TRIES)
    void mapsInPlace(@ForAll ClassBatch batch, @ForAll @IntRange(max = 17) int offset) {
        Row row = new Row(batch, offset);
        int n = row.n;
        float max = row.max();
        Assume.that(max < Float.POSITIVE_INFINITY);
        sameArray(offset + n, (k, out) -> {
            System.arraycopy(row.x, 0, out, 0, offset + n);
            k.expScale(out, offset, null, 0, null, 0, n, max, 0.37, 0f, 0.01f, out, offset);
        });
        sameArray(offset + n, (k, out) -> {
            System.arraycopy(row.x, 0, out, 0, offset + n);
            k.expScale(out, offset, row.t, offset, row.w, 0, n, max, 0.37, 0.9f, 0.01f, out, offset);
        });
        sameArray(offset + n, (k, out) -> {
            System.arraycopy(row.x, 0, out, 0, offset + n);
            k.logSoftmax(out, offset, null, 0, n, max, 1.75f, 1f, out, offset);
        });
        sameArray(offset + n, (k, out) -> {
            System.arraycopy(row.g, 0, out, 0, offset + n);
            k.softmaxBackward(row.x, offset, out, offset, n, 0.21f, out, offset);
        });
    }

    @Property(tries = TRIES)
    void columns(
            @ForAll ClassBatch batch,
            @ForAll @IntRange(min = 1, max = MOST_COLUMNS) int width,
            @ForAll @IntRange(max = 5) int gap,
            @ForAll boolean hasWeight) {
        // The batch's numbers, taken as they lie, are the elements of columns beside each other.
        float[] x = batch.scores().floats();
        int count = Math.min(width, x.length);
        int n = Math.max(1, (x.length - count) / (count + gap) + 1);
        int stride = n == 1 ? count : count + gap;
        float[] w = floats(n + 2, i -> 0.25 + i % 7);
        float @Nullable [] weight = hasWeight ? w : null;
        float[] max = sameColumns(count, (k, out) -> k.columnMax(x, 0, stride, n, count, out));
        int wide = count + gap;
        sameColumns(count, (k, out) -> k.columnCopyMax(x, 0, stride, n, count, new float[n * wide], wide, out));
        sameArray(n * wide, (k, out) -> {
            k.columnCopyMax(x, 0, stride, n, count, out, wide, spare());
            for (int i = 0; i < n; i++) {
                assertEquals(x[i * stride + i % count], out[i * wide + i % count]);
            }
        });
        float[] shift = sameColumns(count, (k, out) -> k.columnExpSetup(max, count, out, spare(), spare(), spare()));
        float[] low = sameColumns(count, (k, out) -> k.columnExpSetup(max, count, spare(), out, spare(), spare()));
        float[] magic = sameColumns(count, (k, out) -> k.columnExpSetup(max, count, spare(), spare(), out, spare()));
        sameColumns(count, (k, out) -> k.columnSumExp(x, 0, stride, n, count, max, shift, low, magic, out, spare()));
        sameColumns(count, (k, out) -> k.columnSumExp(x, 0, stride, n, count, max, shift, low, magic, spare(), out));
        float[] top = sameColumns(count, (k, out) -> k.columnExpSetup(max, count, spare(), spare(), spare(), out));
        sameColumns(count, (k, out) -> k.columnSumWhole(x, 0, stride, n, count, shift, low, magic, top, out, spare()));
        sameColumns(count, (k, out) -> k.columnSumWhole(x, 0, stride, n, count, shift, low, magic, top, spare(), out));
        sameColumns(count, (k, out) -> k.columnSumBelow(x, 0, stride, weight, 1, n, count, max, out));
        float[] factor = floats(MOST_COLUMNS, p -> (p % 3 - 1) * 0.37 / (p + 1));
        float[] other = floats(MOST_COLUMNS, p -> p % 5 * 0.5);
        int outStride = count + 1;
        int length = (n - 1) * outStride + count + 2;
        sameArray(
                length,
                (k, out) -> k.columnExpScale(
                        x, 0, stride, weight, 1, n, count, shift, low, magic, factor, other, out, 2, outStride));
        // Factors and subtrahends that leave no number, one in a register and several.
        for (int every : new int[] {1, 3, 40}) {
            float[] odd = floats(MOST_COLUMNS, p -> p % every == 0 ? ODD[p % ODD.length] : 0.3);
            sameArray(
                    length,
                    (k, out) -> k.columnExpScale(
                            x, 0, stride, null, 0, n, count, shift, low, magic, odd, other, out, 2, outStride));
            sameArray(
                    length,
                    (k, out) -> k.columnExpScale(
                            x, 0, stride, null, 0, n, count, shift, low, magic, factor, odd, out, 2, outStride));
        }
        sameArray(length, (k, out) -> k.columnLogSoftmax(x, 0, stride, n, count, max, other, out, 2, outStride));
    }

    @Property(tries = TRIES)
    void lastStepsOfColumns(@ForAll ClassBatch batch, @ForAll @IntRange(min = 1, max = MOST_COLUMNS) int count) {
        float[] scores = batch.scores().floats();
        float[] max = floats(MOST_COLUMNS, i -> scores[i % scores.length]);
        double[] sums = new double[MOST_COLUMNS];
        for (int p = 0; p < count; p++) {
            // From the smallest excess that there is to one that no row has.
            sums[p] = p % 7 == 6 ? max[p] : Math.scalb(1.0 + p % 5 * 0.3, p * 9 - 160);
        }
        double[] positive = Arrays.stream(sums).map(Math::abs).toArray();
        positive[count / 2] = Double.POSITIVE_INFINITY;
        // The NaN of x86, whose sign is set.
        positive[count - 1] = Double.longBitsToDouble(0xfff8000000000000L);
        double[] result = new double[MOST_COLUMNS];
        for (int p = 0; p < count; p++) {
            int at = p;
            sameNumber(k -> {
                k.columnInSumUnits(max, sums, count, result);
                return result[at];
            });
            sameNumber(k -> {
                k.columnUnits(max, count, result);
                return result[at];
            });
            sameNumber(k -> {
                k.columnLogOnePlus(positive, count, result);
                return result[at];
            });
        }
    }

    @Property(tries = TRIES)
    void transposed(
            @ForAll ClassBatch batch,
            @ForAll @IntRange(min = 1, max = FloatLanes.LANES) int n,
            @ForAll @IntRange(max = MOST_COLUMNS) int count,
            @ForAll @IntRange(max = 5) int offset) {
        float[] scores = batch.scores().floats();
        float[] x = floats(n * MOST_COLUMNS + offset, i -> scores[i % scores.length]);
        int stride = MOST_COLUMNS + 1;
        int[] indices = new int[FloatLanes.LANES];
        sameArray(n * stride, (k, out) -> {
            k.rowsToColumns(x, offset, n, count, out, stride, indices);
            for (int p = 0; p < count; p++) {
                for (int i = 0; i < n; i++) {
                    assertEquals(x[offset + p * n + i], out[i * stride + p]);
                }
            }
        });
        sameArray(offset + n * count, (k, out) -> {
            k.columnsToRows(x, MOST_COLUMNS, n, count, out, offset, indices);
            for (int p = 0; p < count; p++) {
                for (int i = 0; i < n; i++) {
                    assertEquals(x[i * MOST_COLUMNS + p], out[offset + p * n + i]);
                }
            }
        });
    }

    @Property(tries = TRIES)
    void columnsOfATile(
            @ForAll ClassBatch batch,
            @ForAll @IntRange(min = 1, max = FloatLanes.BLOCK) int n,
            @ForAll @IntRange(min = 1, max = MOST_COLUMNS) int width) {
        float[] scores = batch.scores().floats();
        float[] x = floats(n * MOST_COLUMNS, i -> scores[i % scores.length]);
        int count = width;
        float[] max = sameColumns(count, (k, out) -> k.columnMax(x, 0, FloatKernels.TILE, n, count, out));
        float[] shift = sameColumns(count, (k, out) -> k.columnExpSetup(max, count, out, spare(), spare(), spare()));
        float[] low = sameColumns(count, (k, out) -> k.columnExpSetup(max, count, spare(), out, spare(), spare()));
        float[] magic = sameColumns(count, (k, out) -> k.columnExpSetup(max, count, spare(), spare(), out, spare()));
        float[] top = sameColumns(count, (k, out) -> k.columnExpSetup(max, count, spare(), spare(), spare(), out));
        int stride = FloatKernels.TILE;
        sameColumns(count, (k, out) -> k.columnSumWhole(x, 0, stride, n, count, shift, low, magic, top, out, spare()));
        sameColumns(count, (k, out) -> k.columnSumWhole(x, 0, stride, n, count, shift, low, magic, top, spare(), out));
        for (int every : new int[] {3, 40, 2 * MOST_COLUMNS}) {
            float[] gain = floats(MOST_COLUMNS, p -> p % every == every - 1 ? ODD[p % ODD.length] : 0.3e-9 / (p + 1));
            float[] minus = floats(MOST_COLUMNS, p -> p % 5 * 0.01);
            sameArray(
                    2 + n * stride,
                    (k, out) -> k.columnExpScale(
                            x, 0, stride, null, 0, n, count, shift, low, magic, gain, minus, out, 2, stride));
            // Where the tile is.
            sameArray(n * stride, (k, out) -> {
                System.arraycopy(x, 0, out, 0, n * stride);
                k.columnExpScale(out, 0, stride, null, 0, n, count, shift, low, magic, gain, minus, out, 0, stride);
            });
        }
        for (ExpSum kind : new ExpSum[] {ExpSum.WHOLE, ExpSum.BELOW}) {
            double[] sums = new double[MOST_COLUMNS];
            for (int p = 0; p < count; p++) {
                int at = p;
                sameNumber(k -> {
                    k.columnRowSums(
                            kind,
                            x,
                            0,
                            n,
                            count,
                            max,
                            shift,
                            low,
                            magic,
                            new float[FloatLanes.LANES * FloatLanes.BLOCK],
                            sums);
                    return Float.isInfinite(max[at]) ? 0.0 : sums[at];
                });
            }
        }
    }

    private static float[] floats(int length, IntToDoubleFunction value) {
        float[] floats = new float[length];
        for (int i = 0; i < length; i++) {
            floats[i] = (float) value.applyAsDouble(i);
        }
        return floats;
    }

    private static float[] spare() {
        return new float[MOST_COLUMNS];
    }
}
