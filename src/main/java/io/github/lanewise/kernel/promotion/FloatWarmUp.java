// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatNativeKernels;
import io.github.lanewise.kernel.FloatSelectKernels;
import io.github.lanewise.kernel.PointFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one kernel after the other, on made-up numbers, that take all of its branches: whole registers, tails and rows
 * that end where their array ends; operands that are there and that are not; infinities, NaN, rows far from zero. A branch that
 * the compiler has never seen taken is cut off in what it makes, and the first call that takes it throws all of that away.
 */
final class FloatWarmUp {
    private static final int ROOM = 3200;
    private static final int BEFORE = 64;

    /** Kept, because asking for them allocates, and what is warmed must not. */
    private static final PointFunction[] FUNCTIONS = PointFunction.values();

    private static final ExpSum[] EXP_SUMS = ExpSum.values();

    /** Less than a register, registers and blocks of which nothing is left over, and those of which less or more than half is. */
    private static final int[] LENGTHS = {
        5, FloatLanes.LANES, FloatLanes.LANES + 4, FloatLanes.BLOCK, FloatLanes.BLOCK + 1, 128, 1021
    };

    /** Columns of several registers with a rest and without, of one and of less. */
    private static final int[] POSITIONS = {43, 32, FloatLanes.LANES, 5};

    private static final int CLASSES = 6;

    /** Lengths of short rows with one term to a virtual lane, and with two to some of them. */
    private static final int[] ROWS_AS_COLUMNS = {CLASSES, FloatLanes.LANES + CLASSES};

    private static final int TILE_ROOM = BEFORE + (FloatLanes.LANES + CLASSES) * FloatKernels.TILE;

    private static final float FAR = 300f;

    /** Where some of the numbers are in native memory, in rooms of an array's size, and where results go. */
    private static final int NEGATIVE = 1;

    private static final int SPECIAL = 2;

    private static final int FRACTION = 3;
    private static final int LAST_FAR = 4;
    private static final int OUT = 5;

    private final FloatKernels on;
    private final FloatSelectKernels select;
    private final FloatNativeKernels natives;
    private final float[] x = numbers(-9f, 9f);
    private final float[] negative = numbers(-9f, -1f);
    private final float[] fraction = numbers(0.01f, 0.99f);
    private final float[] far = numbers(FAR - 9f, FAR);
    private final float[] special = numbers(-9f, 9f);
    private final float[] lastFar = numbers(-9f, 9f);
    private final float[] out = new float[ROOM];
    private final float[] other = new float[ROOM];
    private final float[] third = new float[ROOM];
    private final double[] distance = new double[1];
    private final MemorySegment memory = Arena.ofAuto().allocate(6L * ROOM * Float.BYTES, Float.BYTES);
    private final float[] tile = new float[TILE_ROOM];
    private final float[] specialTile = new float[TILE_ROOM];
    private final float[] outTile = new float[TILE_ROOM];
    private final float[] columnMax = new float[2 * BEFORE];
    private final float[] columnShift = new float[2 * BEFORE];
    private final float[] columnLow = new float[2 * BEFORE];
    private final float[] columnMagic = new float[2 * BEFORE];
    private final float[] columnSum = new float[2 * BEFORE];
    private final float[] columnExtra = new float[2 * BEFORE];
    private final float[] columnTerms = new float[ROOM];
    private final double[] columnSums = new double[2 * BEFORE];
    private final float[] columnTop = new float[2 * BEFORE];
    private final int[] places = new int[2];
    private final int[] termsPlaces = new int[2];
    private final int[] columnIndices = new int[FloatLanes.LANES];
    private final double[] columnEnds = new double[2 * BEFORE];

    /** What the calls answer, so that none is in vain. */
    private double sum;

    FloatWarmUp(FloatKernels on, FloatSelectKernels select, FloatNativeKernels natives) {
        this.on = on;
        this.select = select;
        this.natives = natives;
        lastFar[ROOM - 4 * BEFORE] = Float.MAX_VALUE;
        for (int i = 7; i < ROOM; i += 61) {
            special[i] = Float.NaN;
            special[i + 1] = Float.POSITIVE_INFINITY;
            special[i + 2] = Float.NEGATIVE_INFINITY;
            special[i + 3] = 0f;
            special[i + 4] = Float.MIN_VALUE;
            special[i + 5] = Float.MAX_VALUE;
        }
        for (int i = 0; i < TILE_ROOM; i++) {
            tile[i] = x[i % ROOM];
            specialTile[i] = special[i % ROOM];
        }
        toMemory(x, 0);
        toMemory(negative, NEGATIVE);
        toMemory(special, SPECIAL);
        toMemory(fraction, FRACTION);
        toMemory(lastFar, LAST_FAR);
    }

    private void toMemory(float[] numbers, int room) {
        MemorySegment.copy(numbers, 0, memory, ValueLayout.JAVA_FLOAT, place(room, 0), ROOM);
    }

    /** Where in native memory a number of one of the arrays is. */
    private static long place(int room, int at) {
        return ((long) room * ROOM + at) * Float.BYTES;
    }

    /** Numbers spread over a range without any pattern that a length would hit. */
    private static float[] numbers(float from, float to) {
        float[] numbers = new float[ROOM];
        for (int i = 0; i < ROOM; i++) {
            numbers[i] = from + (to - from) * (i * 37 % 101) / 101f;
        }
        return numbers;
    }

    /** Calls a kernel for every length, in the middle and at the end of arrays. */
    void run(Kernel kernel) {
        if (kernel == Kernel.COLUMNS) {
            for (int count : POSITIONS) {
                columns(x, count);
                columns(special, count);
                tile(tile, count);
                tile(specialTile, count);
            }
        } else {
            for (int n : LENGTHS) {
                run(kernel, BEFORE, n);
                run(kernel, ROOM - n, n);
            }
            // A row at the beginning of its array.
            run(kernel, 0, LENGTHS[0]);
        }
    }

    private void run(Kernel kernel, int at, int n) {
        switch (kernel) {
            case MAX -> sum += on.max(x, at, n) + on.max(negative, at, n) + on.max(special, at, n);
            case INDEX_OF ->
                sum += on.indexOf(x, at, n, x[at]) + on.indexOf(x, at, n, x[at + n - 1]) + on.indexOf(x, at, n, FAR);
            case INDEX_ABOVE ->
                sum += select.indexAbove(x, at, 0, n, -FAR)
                        + select.indexAbove(x, at, n / 2, n, FAR)
                        + select.indexAbove(special, at, 0, n, 8f)
                        + select.indexAbove(x, at, n, n, 0f);
            case NATIVE_SUM_EXP_AND_MAX,
                    NATIVE_SUM_TERMS_AND_MAX,
                    NATIVE_SUMS_EXP_AND_MAX,
                    NATIVE_SUMS_TERMS_AND_MAX -> {
                if (n >= FloatLanes.BLOCK) {
                    nativeSums(kernel, 0, x, at, n, 9f);
                    nativeSums(kernel, NEGATIVE, negative, at, n, 0f);
                    nativeSums(kernel, SPECIAL, special, at, n, 9f);
                }
            }
            case NATIVE_EXP_SCALE -> {
                if (n >= FloatLanes.BLOCK) {
                    if (!natives.scaleTerms(x, at, n, 0.3f, 0f, memory, place(OUT, at))) {
                        on.scaleTerms(x, at, n, 0.3f, 0f, out, at);
                    }
                    nativeExpScale(at, n, 0.3);
                    nativeExpScale(at, n, 1e-30);
                }
            }
            case NATIVE_LOG_SOFTMAX -> {
                if (n >= FloatLanes.BLOCK
                        && !natives.logSoftmax(memory, place(0, at), n, 9f, 2f, memory, place(OUT, at))) {
                    on.logSoftmax(x, at, null, 0, n, 9f, 2f, 1f, out, at);
                }
            }
            case SUM_EXP -> sumExp(ExpSum.WHOLE, at, n);
            case SUM_EXP_BELOW -> sumExp(ExpSum.BELOW, at, n);
            case SUM_EXP_DISTANCE -> sumExp(ExpSum.DISTANCE, at, n);
            case SUM_EXP_AND_DISTANCE -> {
                if (n >= FloatLanes.BLOCK) {
                    sum += on.sumExpAndDistance(x, at, n, 9f, distance);
                    sum += on.sumExpAndDistance(far, at, n, FAR, distance);
                }
            }
            case SUM_EXP_AND_MAX,
                    PLAIN_SUM_EXP_AND_MAX,
                    PLAIN_SUM_TERMS_AND_MAX,
                    PLAIN_SUMS_EXP_AND_MAX,
                    PLAIN_SUMS_TERMS_AND_MAX -> {
                if (n >= FloatLanes.BLOCK) {
                    sums(kernel, x, at, n, 9f);
                    sums(kernel, negative, at, n, 0f);
                    sums(kernel, special, at, n, 9f);
                }
            }
            case SHORT_ROW -> {
                shortRow(at, Math.min(n, FloatLanes.LANES));
                shortRow(0, Math.min(n, FloatLanes.LANES));
                // Rows that their maximum dominates.
                shortRow(at, 1);
                shortRow(0, 1);
            }
            case SHORT_ROW_GRADIENT -> {
                shortRowGradient(at, Math.min(n, FloatLanes.LANES));
                shortRowGradient(0, Math.min(n, FloatLanes.LANES));
                shortRowGradient(at, 1);
                shortRowGradient(0, 1);
            }
            case LINEAR_SUM -> linear(at, FloatLanes.piece(n));
            case DOT_PRECISE -> {
                sum += on.dotPrecise(x, at, 2f, fraction, at, 0.5f, n) + on.dotPrecise(x, at, 1f, x, at, 1f, n);
                on.squaresAndDot(x, at, 2f, fraction, at, 0.5f, n, columnSums, 0);
            }
            case EXP_SCALE -> expScale(at, n);
            case LOG_SOFTMAX -> {
                on.logSoftmax(x, at, null, 0, n, 9f, 2f, 1f, out, at);
                on.logSoftmax(x, at, fraction, at, n, 9f, 2f, 1f, out, at);
            }
            case LOG_SOFTMAX_BACKWARD -> {
                on.logSoftmaxBackward(negative, at, x, at, n, 0.5f, out, at);
                on.logSoftmaxBackward(special, at, x, at, n, 0.5f, out, at);
            }
            case SOFTMAX_BACKWARD -> on.softmaxBackward(fraction, at, x, at, n, 0.5f, out, at);
            case COMBINE -> on.combine(x, at, 2f, fraction, at, 3f, n, out, at);
            // These two are one kernel.
            case SOFTPLUS, LOG_SIGMOID -> {
                on.softplus(x, at, n, 2f, 20f, out, at);
                on.softplus(special, at, n, 1f, 20f, out, at);
                on.apply(PointFunction.LOG_SIGMOID, x, at, n, out, at);
                on.apply(PointFunction.LOG_SIGMOID, special, at, n, out, at);
            }
            case SOFTPLUS_BACKWARD -> {
                on.softplusBackward(x, at, fraction, at, n, 2f, 20f, out, at);
                on.softplusBackward(special, at, fraction, at, n, 1f, 20f, out, at);
            }
            case XLOGY -> {
                on.xlogy(x, at, fraction, at, n, out, at);
                on.xlogy(special, at, special, at, n, out, at);
            }
            case XLOGY_BACKWARD -> {
                on.xlogyBackward(x, at, fraction, at, x, at, n, out, at, other, at);
                on.xlogyBackward(special, at, special, at, x, at, n, out, at, null, 0);
                on.xlogyBackward(x, at, fraction, at, x, at, n, null, 0, other, at);
            }
            case BCE -> {
                sum += on.areProbabilities(fraction, at, n) ? 1 : 0;
                sum += on.areProbabilities(x, at, n) ? 1 : 0;
                on.bce(fraction, at, fraction, at, null, 0, n, false, null, 0, 1f, out, at, null, 0, null, 0);
                on.bce(special, at, fraction, at, null, 0, n, true, null, 0, 1f, out, at, null, 0, null, 0);
                losses(kernel, at, n);
            }
            case BCE_WITH_LOGITS -> {
                on.bceWithLogits(
                        x, at, fraction, at, null, 0, null, 0, n, false, null, 0, 1f, out, at, null, 0, null, 0);
                on.bceWithLogits(
                        x, at, fraction, at, null, 0, null, 0, n, false, null, 0, 1f, out, at, other, at, null, 0);
                on.bceWithLogits(
                        special, at, fraction, at, null, 0, null, 0, n, true, null, 0, 1f, out, at, other, at, null, 0);
                sum += on.sumBceWithLogits(x, at, fraction, at, n, 1f, null, 0);
                sum += on.sumBceWithLogits(x, at, fraction, at, n, 1f, out, at);
                // Of several strips.
                int chunk = Math.min(ROOM, FloatLanes.CHUNK);
                sum += on.sumBceWithLogits(x, 0, fraction, 0, chunk, 1f, out, 0);
                sum += on.sumBceWithLogits(special, 0, fraction, 0, chunk, 1f, out, 0);
                losses(kernel, at, n);
            }
            case KL_DIV -> {
                on.klDiv(x, at, fraction, at, n, false, false, null, 0, 1f, out, at, null, 0, null, 0);
                on.klDiv(special, at, special, at, n, false, true, null, 0, 1f, out, at, null, 0, null, 0);
                sum += on.sumKlDiv(x, at, fraction, at, n - n % FloatLanes.BLOCK);
                losses(kernel, at, n);
            }
            case SIGMOID -> {
                points(kernel, at, n);
                // Of several strips: near zero all of them, and all but the last.
                on.apply(PointFunction.SIGMOID, x, 0, ROOM, out, 0);
                on.apply(PointFunction.SIGMOID, lastFar, 0, ROOM, out, 0);
            }
            case NATIVE_SIGMOID -> {
                nativePoints(kernel, at, n);
                nativePoint(PointFunction.SIGMOID, 0, 0, ROOM);
                nativePoint(PointFunction.SIGMOID, LAST_FAR, 0, ROOM);
            }
            // These two are one kernel.
            case NATIVE_SOFTPLUS, NATIVE_LOG_SIGMOID -> {
                nativePoint(PointFunction.LOG_SIGMOID, 0, at, n);
                nativePoint(PointFunction.LOG_SIGMOID, SPECIAL, at, n);
                nativeSoftplus(0, at, n, 2f);
                nativeSoftplus(SPECIAL, at, n, 1f);
            }
            case NATIVE_SOFTPLUS_BACKWARD -> {
                nativeSoftplusBackward(0, at, n, 2f);
                nativeSoftplusBackward(SPECIAL, at, n, 1f);
            }
            case NATIVE_BCE -> {
                sum += natives.areProbabilities(memory, place(FRACTION, at), n) ? 1 : 0;
                sum += natives.areProbabilities(memory, place(0, at), n) ? 1 : 0;
                nativeBce(FRACTION, fraction, at, n, false, null);
                nativeBce(SPECIAL, special, at, n, true, null);
                nativeBce(FRACTION, fraction, at, n, false, memory);
                nativeBce(SPECIAL, special, at, n, true, memory);
            }
            case NATIVE_BCE_WITH_LOGITS -> {
                nativeLogits(0, at, n);
                int chunk = Math.min(ROOM, FloatLanes.CHUNK);
                nativeLogits(0, 0, chunk);
                nativeLogits(SPECIAL, 0, chunk);
            }
            case NATIVE_KL_DIV -> {
                int whole = n - n % FloatLanes.BLOCK;
                double found = natives.sumKlDiv(memory, place(0, at), memory, place(FRACTION, at), whole);
                sum += Double.isNaN(found) ? on.sumKlDiv(x, at, fraction, at, whole) : found;
            }
            default -> {
                points(kernel, at, n);
                nativePoints(kernel, at, n);
            }
        }
    }

    /** Sums of a row, or of several. */
    private void sums(Kernel kernel, float[] numbers, int at, int n, float near) {
        place(at, n, 0);
        int rows = rows(n);
        switch (kernel) {
            case SUM_EXP_AND_MAX -> sum += on.sumExpAndMax(numbers, at, n, near, columnMax);
            case PLAIN_SUM_EXP_AND_MAX, NATIVE_SUM_EXP_AND_MAX ->
                sum += on.plainSumExpAndMax(numbers, at, n, near, columnMax);
            case PLAIN_SUM_TERMS_AND_MAX, NATIVE_SUM_TERMS_AND_MAX ->
                sum += on.plainSumTermsAndMax(numbers, at, n, near, columnMax, out, at);
            case PLAIN_SUMS_EXP_AND_MAX, NATIVE_SUMS_EXP_AND_MAX ->
                on.plainSumsExpAndMax(numbers, places, rows, n, near, columnSums, columnMax);
            default -> on.plainSumsTermsAndMax(numbers, places, rows, n, near, columnSums, columnMax, out, termsPlaces);
        }
        sum += columnSums[0] + columnMax[0];
    }

    /**
     * How many rows of a length are summed in a call: as few as do. Where a kernel's loops turn often in a call C2 compiles them in the
     * midst of one, once more than it has to, and without knowing of which class the vectors are that they carry.
     */
    private static int rows(int n) {
        return n > 2 * BEFORE ? 1 : 2;
    }

    /** Says where rows of a length begin, the first of them at a place of a room and the others beside each other, and where their terms do. */
    private void place(int at, int n, int room) {
        for (int i = 0; i < places.length; i++) {
            termsPlaces[i] = at == BEFORE ? at + i * n : at - i * n;
            places[i] = room * ROOM + termsPlaces[i];
        }
    }

    private void shortRow(int at, int n) {
        shortRow(x, at, n);
        shortRow(negative, at, n);
        shortRow(special, at, n);
        shortRow(far, at, n);
    }

    /** What a caller does: a row for which there is no short way takes the usual one. */
    private void shortRow(float[] numbers, int at, int n) {
        double found = on.negativeLogProbability(numbers, at, n, n / 2);
        if (Double.isNaN(found)) {
            found = on.max(numbers, at, n) + on.sumExp(ExpSum.WHOLE, x, at, n, 9f);
        }
        sum += found;
    }

    private void shortRowGradient(int at, int n) {
        shortRowGradient(x, at, n);
        shortRowGradient(negative, at, n);
        shortRowGradient(special, at, n);
        shortRowGradient(far, at, n);
    }

    /** For no target, one that has the maximum and one that has not, and a factor for which there is no short way. */
    private void shortRowGradient(float[] numbers, int at, int n) {
        on.crossEntropyGradient(numbers, at, n, -1, 1.0, out, at);
        for (int target = 0; target < n; target += Math.max(1, n / 2)) {
            on.crossEntropyGradient(numbers, at, n, target, 0.3, out, at);
        }
        on.crossEntropyGradient(numbers, at, n, n / 2, 1e-30, out, at);
    }

    private void sumExp(ExpSum kind, int at, int n) {
        int length = FloatLanes.pieceWithRest(n);
        sum += on.sumExp(kind, x, at, length, 9f) + on.sumExp(kind, far, at, length, FAR);
        if (length < FloatLanes.BLOCK) {
            // One method has all kinds of these: another kind must not meet a branch that was never taken.
            for (ExpSum other : EXP_SUMS) {
                sum += on.sumExp(other, x, at, length, 9f);
            }
        }
    }

    private void linear(int at, int n) {
        sum += on.sum(x, at, n) + on.dot(x, at, fraction, at, n);
        sum += on.sumBelow(x, at, null, 0, null, 0, n, 9f, 1f, 0f);
        sum += on.sumBelow(x, at, fraction, at, null, 0, n, 9f, 1f, 0.1f);
        sum += on.sumBelow(x, at, fraction, at, fraction, at, n, 9f, 1f, 0.1f);
        if (n >= FloatLanes.BLOCK) {
            sum += on.sumBelowAndMass(x, at, fraction, at, n - n % FloatLanes.BLOCK, 9f, distance);
        }
    }

    private void expScale(int at, int n) {
        on.expScale(x, at, null, 0, null, 0, n, 9f, 0.3, 0f, 0f, out, at);
        on.expScale(x, at, null, 0, null, 0, n, 9f, 1e-30, 0f, 0f, out, at);
        on.expScale(far, at, null, 0, null, 0, n, FAR, 0.3, 0f, 0.1f, out, at);
        on.expScale(x, at, fraction, at, null, 0, n, 9f, 0.3, 1f, 0.1f, out, at);
        if (n >= FloatLanes.BLOCK) {
            on.scaleTerms(x, at, n, 0.3f, 0f, out, at);
        }
        on.expScale(x, at, fraction, at, fraction, at, n, 9f, 0.3, 1f, 0.1f, out, at);
    }

    private void points(Kernel kernel, int at, int n) {
        for (PointFunction f : FUNCTIONS) {
            if (kernel == Kernel.of(f)) {
                on.apply(f, x, at, n, out, at);
                on.apply(f, special, at, n, out, at);
            } else if (kernel == Kernel.backwardOf(f)) {
                on.applyBackward(f, x, at, fraction, at, n, out, at);
                on.applyBackward(f, special, at, fraction, at, n, out, at);
            }
        }
    }

    /** Sums of a row in native memory, or of several. What the twin leaves to arrays it does there. */
    private void nativeSums(Kernel kernel, int room, float[] numbers, int at, int n, float near) {
        place(at, n, room);
        int rows = rows(n);
        long first = place(room, at);
        boolean done = true;
        double found = 0.0;
        switch (kernel) {
            case NATIVE_SUM_EXP_AND_MAX -> found = natives.plainSumExpAndMax(memory, first, n, near, columnMax);
            case NATIVE_SUM_TERMS_AND_MAX ->
                found = natives.plainSumTermsAndMax(memory, first, n, near, columnMax, other, at);
            case NATIVE_SUMS_EXP_AND_MAX ->
                done = natives.plainSumsExpAndMax(memory, places, rows, n, near, columnSums, columnMax);
            default ->
                done = natives.plainSumsTermsAndMax(
                        memory, places, rows, n, near, columnSums, columnMax, other, termsPlaces);
        }
        // A row that is no ordinary one has no sum.
        if (!done || (Double.isNaN(found) && room != SPECIAL)) {
            sums(kernel, numbers, at, n, near);
        }
        sum += found + columnSums[0] + columnMax[0];
    }

    private void nativeExpScale(int at, int n, double factor) {
        if (!natives.expScale(memory, place(0, at), n, 9f, factor, 0f, memory, place(OUT, at))) {
            on.expScale(x, at, null, 0, null, 0, n, 9f, factor, 0f, 0f, out, at);
        }
    }

    private void nativePoints(Kernel kernel, int at, int n) {
        for (PointFunction f : FUNCTIONS) {
            if (kernel == Kernel.nativeOf(f)) {
                nativePoint(f, 0, at, n);
                nativePoint(f, SPECIAL, at, n);
            } else if (kernel == Kernel.nativeBackwardOf(f)) {
                nativePointBackward(f, 0, at, n);
                nativePointBackward(f, SPECIAL, at, n);
            }
        }
    }

    /** A function in native memory. What the twin leaves to arrays it does there, so that its time is known. */
    private void nativePoint(PointFunction f, int room, int at, int n) {
        int done = natives.apply(f, memory, place(room, at), n, memory, place(OUT, at));
        if (done == 0 && n >= FloatLanes.LANES) {
            on.apply(f, numbersOf(room), at, n, out, at);
        }
    }

    private void nativePointBackward(PointFunction f, int room, int at, int n) {
        int done = natives.applyBackward(
                f, memory, place(room, at), memory, place(FRACTION, at), n, memory, place(OUT, at));
        if (done == 0 && n >= FloatLanes.LANES) {
            on.applyBackward(f, numbersOf(room), at, fraction, at, n, out, at);
        }
    }

    private void nativeSoftplus(int room, int at, int n, float beta) {
        int done = natives.softplus(memory, place(room, at), n, beta, 20f, memory, place(OUT, at));
        if (done == 0 && n >= FloatLanes.LANES) {
            on.softplus(numbersOf(room), at, n, beta, 20f, out, at);
        }
    }

    private void nativeSoftplusBackward(int room, int at, int n, float beta) {
        int done = natives.softplusBackward(
                memory, place(room, at), memory, place(FRACTION, at), n, beta, 20f, memory, place(OUT, at));
        if (done == 0 && n >= FloatLanes.LANES) {
            on.softplusBackward(numbersOf(room), at, fraction, at, n, beta, 20f, out, at);
        }
    }

    private void nativeBce(int room, float[] numbers, int at, int n, boolean exact, @Nullable MemorySegment gradient) {
        long place = place(room, at);
        boolean done = natives.bce(
                memory, place, memory, place(FRACTION, at), n, exact, 0.5f, out, at, gradient, place(OUT, at));
        if (!done && n >= FloatLanes.LANES) {
            float[] slope = gradient == null ? null : other;
            on.bce(numbers, at, fraction, at, null, 0, n, exact, null, 0, 0.5f, out, at, slope, at, null, 0);
        }
    }

    private void nativeLogits(int room, int at, int n) {
        double found = natives.sumBceWithLogits(memory, place(room, at), memory, place(FRACTION, at), n);
        if (Double.isNaN(found) && room == 0) {
            found = on.sumBceWithLogits(x, at, fraction, at, n, 1f, null, 0);
        }
        sum += found;
    }

    private float[] numbersOf(int room) {
        return room == SPECIAL ? special : room == LAST_FAR ? lastFar : x;
    }

    /** A loss of elements with each of its operands and outputs there and not there. */
    private void losses(Kernel kernel, int at, int n) {
        for (int given = 0; given < 32; given++) {
            float[] weight = (given & 1) == 0 ? null : fraction;
            float[] upstream = (given & 2) == 0 ? null : x;
            boolean flag = (given & 4) != 0;
            float[] loss = (given & 8) == 0 ? null : out;
            float[] slope = (given & 16) == 0 ? other : null;
            float[] slopeT = (given & 5) == 0 ? null : third;
            loss(kernel, given % 3 == 0, at, n, weight, upstream, flag, loss, slope, slopeT);
        }
    }

    private void loss(
            Kernel kernel,
            boolean odd,
            int at,
            int n,
            float @Nullable [] w,
            float @Nullable [] g,
            boolean flag,
            float @Nullable [] loss,
            float @Nullable [] slope,
            float @Nullable [] slopeT) {
        float[] input = odd ? special : x;
        if (kernel == Kernel.BCE) {
            float[] probability = odd ? special : fraction;
            on.bce(probability, at, fraction, at, w, at, n, flag, g, at, 0.5f, loss, at, slope, at, slopeT, at);
        } else if (kernel == Kernel.BCE_WITH_LOGITS) {
            on.bceWithLogits(
                    input, at, fraction, at, w, at, g, at, n, flag, g, at, 0.5f, loss, at, slope, at, slopeT, at);
        } else {
            on.klDiv(input, at, fraction, at, n, false, flag, g, at, 0.5f, loss, at, slope, at, slopeT, at);
            on.klDiv(input, at, negative, at, n, true, flag, g, at, 0.5f, loss, at, slope, at, slopeT, at);
        }
    }

    private void columns(float[] image, int count) {
        int n = CLASSES;
        on.columnCopyMax(image, BEFORE, count, n, count, out, count, columnMax);
        on.columnMax(image, BEFORE, count, n, count, columnMax);
        on.rowsToColumns(image, BEFORE, n, count, out, count, columnIndices);
        on.columnsToRows(image, count, n, count, out, BEFORE, columnIndices);
        on.columnExpSetup(columnMax, count, columnShift, columnLow, columnMagic, columnTop);
        on.columnSumWhole(
                image, BEFORE, count, n, count, columnShift, columnLow, columnMagic, columnTop, columnSum, columnExtra);
        on.columnInSumUnits(columnMax, columnSums, count, columnEnds);
        on.columnUnits(columnMax, count, columnEnds);
        on.columnLogOnePlus(columnSums, count, columnEnds);
        on.columnSumExp(
                image, BEFORE, count, n, count, columnMax, columnShift, columnLow, columnMagic, columnSum, columnExtra);
        on.columnSumBelow(image, BEFORE, count, null, 0, n, count, columnMax, columnExtra);
        on.columnSumBelow(image, BEFORE, count, fraction, BEFORE, n, count, columnMax, columnExtra);
        on.columnLogSoftmax(image, BEFORE, count, n, count, columnMax, columnSum, out, BEFORE, count);
        on.columnExpScale(
                image,
                BEFORE,
                count,
                null,
                0,
                n,
                count,
                columnShift,
                columnLow,
                columnMagic,
                columnSum,
                columnMax,
                out,
                BEFORE,
                count);
        on.columnExpScale(
                image,
                BEFORE,
                count,
                fraction,
                BEFORE,
                n,
                count,
                columnShift,
                columnLow,
                columnMagic,
                columnSum,
                columnMax,
                out,
                BEFORE,
                count);
    }

    /** What is computed from a tile, whose kernels know how far the elements of a column lie from each other. */
    private void tile(float[] elements, int count) {
        int stride = FloatKernels.TILE;
        on.columnMax(elements, BEFORE, stride, CLASSES, count, columnMax);
        on.columnExpSetup(columnMax, count, columnShift, columnLow, columnMagic, columnTop);
        on.columnSumWhole(
                elements,
                BEFORE,
                stride,
                CLASSES,
                count,
                columnShift,
                columnLow,
                columnMagic,
                columnTop,
                columnSum,
                columnExtra);
        for (int length : ROWS_AS_COLUMNS) {
            rowSums(ExpSum.WHOLE, elements, length, count);
            rowSums(ExpSum.BELOW, elements, length, count);
        }
        on.columnExpScale(
                elements,
                BEFORE,
                stride,
                null,
                0,
                CLASSES,
                count,
                columnShift,
                columnLow,
                columnMagic,
                columnSum,
                columnMax,
                outTile,
                BEFORE,
                stride);
    }

    private void rowSums(ExpSum kind, float[] image, int n, int count) {
        on.columnRowSums(
                kind, image, BEFORE, n, count, columnMax, columnShift, columnLow, columnMagic, columnTerms, columnSums);
    }

    /** What all calls have answered. */
    double sum() {
        return sum;
    }
}
