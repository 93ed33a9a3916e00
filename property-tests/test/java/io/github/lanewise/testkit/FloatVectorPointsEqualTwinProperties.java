// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_PLAIN_LIMIT_BITS;
import static io.github.lanewise.testkit.FloatTwinKernels.sameArray;
import static io.github.lanewise.testkit.FloatTwinKernels.sameNumber;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatPointKernels;
import io.github.lanewise.kernel.PointFunction;
import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * The elementwise kernels on the Vector API give the bits of their scalar twin: at any length and offset, with and
 * without room behind a row, in place, with every optional array given or not, for ordinary and for special values.
 * Every NaN is the canonical one.
 */
@Tag("vector")
class FloatVectorPointsEqualTwinProperties {
    private static final int TRIES = 150;
    private static final int LONGEST = 150;
    private static final int CANONICAL_NAN_BITS = Float.floatToRawIntBits(Float.NaN);

    private static final Set<String> COVERED = Set.of(
            "apply",
            "applyBackward",
            "softplus",
            "softplusBackward",
            "xlogy",
            "xlogyBackward",
            "areProbabilities",
            "bce",
            "bceWithLogits",
            "sumBceWithLogits",
            "klDiv",
            "sumKlDiv",
            "combine");

    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        0.5f,
        Float.NaN,
        Float.intBitsToFloat(0xffc12345),
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        104f,
        -103.5f,
        -88f,
        20f,
        1e-12f,
        1f - 0x1p-24f,
    };

    @Example
    void allKernelsAreCovered() {
        assertEquals(
                new TreeSet<>(COVERED),
                Arrays.stream(FloatPointKernels.class.getMethods())
                        .map(method -> method.getName())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Rows of one length, each at its own offset, from one seed. */
    private static final class Rows {
        final int n;
        private final SplittableRandom random;

        Rows(long seed, int n) {
            this.n = n;
            this.random = new SplittableRandom(seed);
        }

        /** A row that ends with its array, or with room for a register behind it. */
        Row next() {
            int offset = random.nextInt(18);
            float[] array = new float[offset + n + (random.nextInt(3) == 0 ? 20 : 0)];
            int kind = random.nextInt(5);
            for (int i = 0; i < array.length; i++) {
                array[i] = value(kind);
            }
            return new Row(array, offset);
        }

        private float value(int kind) {
            float special = SPECIAL[random.nextInt(SPECIAL.length)];
            return switch (kind) {
                case 0 -> Float.intBitsToFloat(random.nextInt());
                case 1 -> (float) (random.nextGaussian() * 20.0);
                case 2 -> (float) random.nextDouble();
                case 3 -> special;
                default -> random.nextInt(3) == 0 ? special : (float) (random.nextGaussian() * 4.0);
            };
        }

        /** A row of numbers that are neither special nor out of a loss's range, and of some that lie at its ends. */
        Row ordinary(float most, float... ends) {
            Row row = next();
            for (int i = 0; i < row.array.length; i++) {
                row.array[i] = random.nextInt(4) == 0
                        ? ends[random.nextInt(ends.length)]
                        : (float) (random.nextDouble() * most);
            }
            return row;
        }

        /**
         * A row of numbers whose sigmoids need no care, up to the greatest of them, and one time in two a single one beyond, anywhere.
         */
        Row nearZero() {
            float most = Float.intBitsToFloat(SIGMOID_PLAIN_LIMIT_BITS - 1);
            Row row = ordinary(flag() ? 9f : most, most, 0f, -0f, Float.MIN_VALUE, 0.5f, 20f);
            for (int i = 0; i < row.array.length; i++) {
                row.array[i] = flag() ? row.array[i] : -row.array[i];
            }
            if (n > 0 && flag()) {
                float beyond = Float.intBitsToFloat(SIGMOID_PLAIN_LIMIT_BITS);
                float[] others = {beyond, -beyond, 2f * most, -2f * most};
                row.array[row.offset + random.nextInt(n)] =
                        flag() ? others[random.nextInt(others.length)] : SPECIAL[random.nextInt(SPECIAL.length)];
            }
            return row;
        }

        /** A row or, one time in two, none. */
        @Nullable
        Row perhaps() {
            return random.nextBoolean() ? next() : null;
        }

        /** A factor, threshold or weight of a whole call. */
        float number(float usual) {
            return random.nextBoolean() ? usual : (float) (random.nextGaussian() * 3.0);
        }

        boolean flag() {
            return random.nextBoolean();
        }
    }

    /** Elements from an offset of an array on. */
    private static final class Row {
        final float[] array;
        final int offset;

        Row(float[] array, int offset) {
            this.array = array;
            this.offset = offset;
        }

        static float @Nullable [] arrayOf(@Nullable Row row) {
            return row == null ? null : row.array;
        }

        static int offsetOf(@Nullable Row row) {
            return row == null ? 0 : row.offset;
        }
    }

    /** A call that writes {@code length} elements: the same bits, and canonical NaN. */
    private static void same(int length, FloatTwinKernels.Call call) {
        sameArray(length, (kernels, out) -> {
            call.on(kernels, out);
            for (int i = 0; i < length; i++) {
                if (Float.isNaN(out[i])) {
                    assertEquals(CANONICAL_NAN_BITS, Float.floatToRawIntBits(out[i]), "NaN");
                }
            }
        });
    }

    /** A call that writes in place of one of its inputs. */
    private static void sameInPlace(Row input, int n, FloatTwinKernels.Call call) {
        sameArray(input.offset + n, (kernels, out) -> {
            System.arraycopy(input.array, 0, out, 0, input.offset + n);
            call.on(kernels, out);
        });
    }

    @Property(tries = TRIES)
    void functions(
            @ForAll long seed, @ForAll @IntRange(max = LONGEST) int n, @ForAll @IntRange(max = 17) int outOffset) {
        Rows rows = new Rows(seed, n);
        Row x = rows.next();
        Row g = rows.next();
        for (PointFunction f : PointFunction.values()) {
            same(outOffset + n, (k, out) -> k.apply(f, x.array, x.offset, n, out, outOffset));
            sameInPlace(x, n, (k, out) -> k.apply(f, out, x.offset, n, out, x.offset));
            same(
                    outOffset + n,
                    (k, out) -> k.applyBackward(f, x.array, x.offset, g.array, g.offset, n, out, outOffset));
            sameInPlace(g, n, (k, out) -> k.applyBackward(f, x.array, x.offset, out, g.offset, n, out, g.offset));
        }
    }

    @Property(tries = TRIES)
    void softplusAndCombinations(
            @ForAll long seed, @ForAll @IntRange(max = LONGEST) int n, @ForAll @IntRange(max = 17) int outOffset) {
        Rows rows = new Rows(seed, n);
        Row x = rows.next();
        Row g = rows.next();
        float beta = rows.number(1f);
        float threshold = rows.number(20f);
        int length = outOffset + n;
        same(length, (k, out) -> k.softplus(x.array, x.offset, n, beta, threshold, out, outOffset));
        sameInPlace(x, n, (k, out) -> k.softplus(out, x.offset, n, beta, threshold, out, x.offset));
        same(
                length,
                (k, out) ->
                        k.softplusBackward(x.array, x.offset, g.array, g.offset, n, beta, threshold, out, outOffset));
        sameInPlace(
                x,
                n,
                (k, out) -> k.softplusBackward(out, x.offset, g.array, g.offset, n, beta, threshold, out, x.offset));
        same(length, (k, out) -> k.combine(x.array, x.offset, beta, g.array, g.offset, threshold, n, out, outOffset));
        sameInPlace(g, n, (k, out) -> k.combine(x.array, x.offset, beta, out, g.offset, threshold, n, out, g.offset));
    }

    @Property(tries = TRIES)
    void xlogy(
            @ForAll long seed,
            @ForAll @IntRange(max = LONGEST) int n,
            @ForAll @IntRange(min = 1, max = 3) int outputs) {
        Rows rows = new Rows(seed, n);
        Row x = rows.next();
        Row y = rows.next();
        Row g = rows.next();
        same(1 + n, (k, out) -> k.xlogy(x.array, x.offset, y.array, y.offset, n, out, 1));
        sameInPlace(y, n, (k, out) -> k.xlogy(x.array, x.offset, out, y.offset, n, out, y.offset));
        same(
                3 + 2 * n,
                (k, out) -> k.xlogyBackward(
                        x.array,
                        x.offset,
                        y.array,
                        y.offset,
                        g.array,
                        g.offset,
                        n,
                        (outputs & 1) == 0 ? null : out,
                        1,
                        (outputs & 2) == 0 ? null : out,
                        3 + n));
        sameInPlace(
                g,
                n,
                (k, out) -> k.xlogyBackward(
                        x.array, x.offset, y.array, y.offset, out, g.offset, n, out, g.offset, null, 0));
    }

    /** A loss with its gradients; each of the three is written if its bit is set. */
    private interface LossCall {
        void on(
                FloatPointKernels kernels,
                float[] x,
                int xOffset,
                float @Nullable [] loss,
                int lossOffset,
                float @Nullable [] gradX,
                int gradXOffset,
                float @Nullable [] gradT,
                int gradTOffset);
    }

    private static void sameLoss(Row x, int n, int outputs, LossCall call) {
        same(
                9 + 3 * n,
                (k, out) -> call.on(
                        k,
                        x.array,
                        x.offset,
                        (outputs & 1) == 0 ? null : out,
                        1,
                        (outputs & 2) == 0 ? null : out,
                        4 + n,
                        (outputs & 4) == 0 ? null : out,
                        9 + 2 * n));
        float[] spare = new float[n];
        sameInPlace(
                x,
                n,
                (k, out) -> call.on(k, out, x.offset, (outputs & 1) == 0 ? null : spare, 0, out, x.offset, null, 0));
    }

    @Property(tries = TRIES)
    void binaryCrossEntropy(
            @ForAll long seed,
            @ForAll @IntRange(max = LONGEST) int n,
            @ForAll @IntRange(min = 1, max = 7) int outputs) {
        Rows rows = new Rows(seed, n);
        Row x = rows.next();
        Row t = rows.next();
        Row w = rows.perhaps();
        Row g = rows.perhaps();
        boolean exact = rows.flag();
        float scale = rows.number(1f);
        sameLoss(
                x,
                n,
                outputs,
                (k, a, at, loss, lossAt, gradX, gradXAt, gradT, gradTAt) -> k.bce(
                        a,
                        at,
                        t.array,
                        t.offset,
                        Row.arrayOf(w),
                        Row.offsetOf(w),
                        n,
                        exact,
                        Row.arrayOf(g),
                        Row.offsetOf(g),
                        scale,
                        loss,
                        lossAt,
                        gradX,
                        gradXAt,
                        gradT,
                        gradTAt));
    }

    @Property(tries = TRIES)
    void binaryCrossEntropyWithLogits(
            @ForAll long seed,
            @ForAll @IntRange(max = LONGEST) int n,
            @ForAll @IntRange(min = 1, max = 7) int outputs) {
        Rows rows = new Rows(seed, n);
        Row x = rows.next();
        Row t = rows.next();
        Row w = rows.perhaps();
        Row p = rows.perhaps();
        Row g = rows.perhaps();
        boolean limit = rows.flag();
        float scale = rows.number(1f);
        sameLoss(
                x,
                n,
                outputs,
                (k, a, at, loss, lossAt, gradX, gradXAt, gradT, gradTAt) -> k.bceWithLogits(
                        a,
                        at,
                        t.array,
                        t.offset,
                        Row.arrayOf(w),
                        Row.offsetOf(w),
                        Row.arrayOf(p),
                        Row.offsetOf(p),
                        n,
                        limit,
                        Row.arrayOf(g),
                        Row.offsetOf(g),
                        scale,
                        loss,
                        lossAt,
                        gradX,
                        gradXAt,
                        gradT,
                        gradTAt));
    }

    @Property(tries = TRIES)
    void probabilitiesAreTold(@ForAll long seed, @ForAll @IntRange(max = LONGEST) int n) {
        Rows rows = new Rows(seed, n);
        Row x = rows.ordinary(1f, 0f, -0f, 1f, Float.MIN_VALUE);
        assertEquals(1.0, sameNumber(k -> k.areProbabilities(x.array, x.offset, n) ? 1.0 : 0.0));
        for (float special : SPECIAL) {
            for (int i = 0; i < n; i += 1 + n / 7) {
                float kept = x.array[x.offset + i];
                x.array[x.offset + i] = special;
                double expected = special >= 0f && special <= 1f ? 1.0 : 0.0;
                assertEquals(expected, sameNumber(k -> k.areProbabilities(x.array, x.offset, n) ? 1.0 : 0.0));
                x.array[x.offset + i] = kept;
            }
        }
    }

    @Property(tries = TRIES)
    void binaryCrossEntropyOfOrdinaryNumbers(
            @ForAll long seed, @ForAll @IntRange(max = LONGEST) int n, @ForAll boolean exact) {
        Rows rows = new Rows(seed, n);
        Row x = rows.ordinary(0.9f, Float.MIN_NORMAL, 1e-30f, 0x1p-24f, 0.5f, 1f - 0x1p-24f);
        Row t = rows.ordinary(1f, 0f, 1f, Float.MIN_VALUE);
        // Now and then one number that is out of range, at the place where it is easiest missed.
        if (n > 0 && rows.flag()) {
            Row outside = rows.flag() ? x : t;
            outside.array[outside.offset + n - 1 - Math.min(n - 1, n % 16)] =
                    SPECIAL[Math.floorMod(seed, SPECIAL.length)];
        }
        sameLoss(
                x,
                n,
                1,
                (k, a, at, loss, lossAt, gradX, gradXAt, gradT, gradTAt) -> k.bce(
                        a, at, t.array, t.offset, null, 0, n, exact, null, 0, 1f, loss, lossAt, gradX, gradXAt, gradT,
                        gradTAt));
    }

    @Property(tries = TRIES)
    void divergenceOfOrdinaryNumbers(
            @ForAll long seed, @ForAll @IntRange(max = 9 * LONGEST) int n, @ForAll boolean limit) {
        Rows rows = new Rows(seed, n);
        Row x = rows.ordinary(-20f, 0f, -0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE);
        Row t = rows.ordinary(1f, 1f, Float.MIN_NORMAL, Float.MAX_VALUE, 0.75f, 1.5f);
        if (n > 0 && rows.flag()) {
            Row outside = rows.flag() ? x : t;
            outside.array[outside.offset + (int) Math.floorMod(seed, (long) n)] =
                    SPECIAL[Math.floorMod(seed, SPECIAL.length)];
        }
        sameLoss(
                x,
                n,
                1,
                (k, a, at, loss, lossAt, gradX, gradXAt, gradT, gradTAt) -> k.klDiv(
                        a, at, t.array, t.offset, n, false, limit, null, 0, 1f, loss, lossAt, gradX, gradXAt, gradT,
                        gradTAt));
    }

    /** Long rows go through the kernel that does a strip's second stage with the next one's first, also over themselves. */
    @Property(tries = 2 * TRIES)
    void sigmoidOfLongRows(@ForAll long seed, @ForAll @IntRange(max = 40 * LONGEST) int n) {
        Rows rows = new Rows(seed, n);
        Row x = rows.flag() ? rows.next() : rows.nearZero();
        same(n + 3, (k, out) -> k.apply(PointFunction.SIGMOID, x.array, x.offset, n, out, 3));
        sameInPlace(x, n, (k, out) -> k.apply(PointFunction.SIGMOID, out, x.offset, n, out, x.offset));
    }

    @Property(tries = TRIES)
    void binaryCrossEntropyWithOrdinaryLogits(
            @ForAll long seed,
            @ForAll @IntRange(max = 9 * LONGEST) int n,
            @ForAll @IntRange(min = 1, max = 3) int outputs) {
        Rows rows = new Rows(seed, n);
        Row x = rows.ordinary(
                rows.flag() ? 9f : -9f,
                0f,
                -0f,
                Float.MIN_VALUE,
                -Float.MIN_VALUE,
                Float.MAX_VALUE,
                -Float.MAX_VALUE,
                88f,
                -104f,
                0.6931471f,
                0.6931472f,
                -0.6931472f);
        Row t = rows.ordinary(1f, 0f, -0f, 1f, 2f, -3f, Float.MAX_VALUE);
        // What is not finite ends the kernel's way; what it has done before stays.
        if (n > 0 && rows.flag()) {
            Row outside = rows.flag() ? x : t;
            outside.array[outside.offset + (int) Math.floorMod(seed, (long) n)] =
                    rows.flag() ? Float.NaN : Float.NEGATIVE_INFINITY;
        }
        float scale = rows.number(1f);
        sameLoss(
                x,
                n,
                outputs,
                (k, a, at, loss, lossAt, gradX, gradXAt, gradT, gradTAt) -> k.bceWithLogits(
                        a, at, t.array, t.offset, null, 0, null, 0, n, false, null, 0, scale, loss, lossAt, gradX,
                        gradXAt, gradT, gradTAt));
    }

    /** Derivatives of strips of logits near zero have a kernel of their own. The gradient may also lie over the targets. */
    @Property(tries = 2 * TRIES)
    void sumsOfBinaryCrossEntropyWithLogitsNearZero(
            @ForAll long seed,
            @ForAll @IntRange(max = 20 * LONGEST) int longest,
            @ForAll @IntRange(max = 2) int place) {
        int n = Math.min(longest, FloatLanes.CHUNK);
        Rows rows = new Rows(seed, n);
        Row x = rows.nearZero();
        Row t = rows.ordinary(1f, 0f, -0f, 1f, 2f, -3f, Float.MIN_VALUE);
        float scale = rows.number(1f);
        if (place == 1) {
            sameInPlace(
                    x, n, (k, out) -> k.sumBceWithLogits(out, x.offset, t.array, t.offset, n, scale, out, x.offset));
        } else if (place == 2) {
            sameInPlace(
                    t, n, (k, out) -> k.sumBceWithLogits(x.array, x.offset, out, t.offset, n, scale, out, t.offset));
        } else {
            float[] slopes = new float[n];
            double sum = sameNumber(k -> k.sumBceWithLogits(x.array, x.offset, t.array, t.offset, n, 1f, null, 0));
            assertEquals(
                    sum,
                    sameNumber(k -> k.sumBceWithLogits(x.array, x.offset, t.array, t.offset, n, scale, slopes, 0)));
            if (Double.isFinite(sum)) {
                same(n + 2, (k, out) -> k.sumBceWithLogits(x.array, x.offset, t.array, t.offset, n, scale, out, 2));
            }
        }
    }

    /** Any length of a chunk: whole strips, groups and rows, and what is left of each. */
    @Property(tries = 2 * TRIES)
    void sumsOfBinaryCrossEntropyWithLogits(
            @ForAll long seed, @ForAll @IntRange(max = 11 * LONGEST) int longest, @ForAll boolean inPlace) {
        int n = longest % 3 == 0 ? longest % 70 : longest;
        Rows rows = new Rows(seed, n);
        float most = rows.flag() ? 12f : -120f;
        Row x = rows.ordinary(
                most, 0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 1e6f, 88f, -104f, 103f, -118f, 132f, -133f, 0.5f);
        Row t = rows.ordinary(1f, 0f, -0f, 1f, 2f, -3f, Float.MIN_VALUE);
        float scale = rows.number(1f);
        double sum = sameNumber(k -> k.sumBceWithLogits(x.array, x.offset, t.array, t.offset, n, 1f, null, 0));
        assertTrue(Double.isFinite(sum), () -> "sum of finite numbers: " + sum);
        if (inPlace) {
            sameInPlace(
                    x, n, (k, out) -> k.sumBceWithLogits(out, x.offset, t.array, t.offset, n, scale, out, x.offset));
        } else {
            same(2 + n, (k, out) -> k.sumBceWithLogits(x.array, x.offset, t.array, t.offset, n, scale, out, 2));
        }
        if (n == 0) {
            return;
        }
        // With its gradient the sum is the same, and the gradient is that of the losses by themselves.
        float[] slopes = new float[n];
        float[] expected = new float[n];
        assertEquals(
                sum, sameNumber(k -> k.sumBceWithLogits(x.array, x.offset, t.array, t.offset, n, scale, slopes, 0)));
        FloatScalarKernels.INSTANCE.bceWithLogits(
                x.array, x.offset, t.array, t.offset, null, 0, null, 0, n, false, null, 0, scale, null, 0, expected, 0,
                null, 0);
        assertArrayEquals(expected, slopes);
        // A single number that is not finite is told, wherever it is, and costs no input.
        Row outside = rows.flag() ? x : t;
        int at = outside.offset + (int) Math.floorMod(seed, (long) n);
        outside.array[at] = switch (Math.floorMod(seed, 3)) {
            case 0 -> Float.NaN;
            case 1 -> Float.NEGATIVE_INFINITY;
            default -> Float.POSITIVE_INFINITY;
        };
        double told = sameNumber(k -> k.sumBceWithLogits(x.array, x.offset, t.array, t.offset, n, scale, null, 0));
        assertEquals(Double.NaN, told);
        float[] kept = x.array.clone();
        sameNumber(k -> k.sumBceWithLogits(x.array, x.offset, t.array, t.offset, n, scale, x.array, x.offset));
        assertArrayEquals(kept, x.array);
    }

    /** A sum of divergences is to the bit that of divergences that have been written. */
    @Property(tries = TRIES)
    void sumsOfDivergences(@ForAll long seed, @ForAll @IntRange(max = 11 * LONGEST) int longest) {
        int n = longest - longest % FloatLanes.BLOCK;
        Rows rows = new Rows(seed, n);
        Row x = rows.ordinary(-30f, 0f, -0f, -1e-30f, 0.5f, -300f);
        Row t = rows.ordinary(0.9f, Float.MIN_NORMAL, 1e-30f, 1f, 3f);
        for (int i = 0; i < n; i++) {
            t.array[t.offset + i] = Math.max(t.array[t.offset + i], Float.MIN_NORMAL);
        }
        float[] losses = new float[n];
        FloatScalarKernels.INSTANCE.klDiv(
                x.array, x.offset, t.array, t.offset, n, false, false, null, 0, 1f, losses, 0, null, 0, null, 0);
        double expected = n == 0 ? 0.0 : FloatScalarKernels.INSTANCE.sum(losses, 0, n);
        assertEquals(expected, sameNumber(k -> k.sumKlDiv(x.array, x.offset, t.array, t.offset, n)));
        for (float special : SPECIAL) {
            if (n > 0 && !(special >= Float.MIN_NORMAL && special < Float.POSITIVE_INFINITY)) {
                Row outside = Float.isFinite(special) || rows.flag() ? t : x;
                int at = outside.offset + Math.floorMod(Float.hashCode(special) ^ (int) seed, n);
                float kept = outside.array[at];
                outside.array[at] = special;
                assertEquals(Double.NaN, sameNumber(k -> k.sumKlDiv(x.array, x.offset, t.array, t.offset, n)));
                outside.array[at] = kept;
            }
        }
    }

    @Property(tries = TRIES)
    void klDiv(
            @ForAll long seed,
            @ForAll @IntRange(max = LONGEST) int n,
            @ForAll @IntRange(min = 1, max = 7) int outputs) {
        Rows rows = new Rows(seed, n);
        Row x = rows.next();
        Row t = rows.next();
        Row g = rows.perhaps();
        boolean logTarget = rows.flag();
        boolean limit = rows.flag();
        float scale = rows.number(1f);
        sameLoss(
                x,
                n,
                outputs,
                (k, a, at, loss, lossAt, gradX, gradXAt, gradT, gradTAt) -> k.klDiv(
                        a,
                        at,
                        t.array,
                        t.offset,
                        n,
                        logTarget,
                        limit,
                        Row.arrayOf(g),
                        Row.offsetOf(g),
                        scale,
                        loss,
                        lossAt,
                        gradX,
                        gradXAt,
                        gradT,
                        gradTAt));
    }
}
