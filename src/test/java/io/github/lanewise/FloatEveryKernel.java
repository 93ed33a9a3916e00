// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatCopyKernels;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.PointFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Runs every kernel often enough for the compiler, over lengths with and without a tail, with and without each operand. */
final class FloatEveryKernel {
    private static final int ROOM = 1200;
    private static final int BEFORE = 64;

    private final FloatKernels kernels;
    private final FloatCopyKernels copies;
    private final MemorySegment memory = Arena.ofAuto().allocate((long) ROOM * Float.BYTES, Float.BYTES);
    private final float[] x = numbers(1, -9, 9);
    private final float[] negative = numbers(2, -9, -1);
    private final float[] t = numbers(3, 0, 1);
    private final float[] w = numbers(4, 0.5, 2);
    private final float[] out = new float[ROOM];
    private final float[] other = new float[ROOM];
    private final float[] third = new float[ROOM];
    private final double[] far = new double[1];

    FloatEveryKernel(FloatKernels kernels, FloatCopyKernels copies) {
        this.kernels = kernels;
        this.copies = copies;
        MemorySegment.copy(x, 0, memory, ValueLayout.JAVA_FLOAT, 0L, ROOM);
    }

    private static float[] numbers(int seed, double from, double to) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[ROOM];
        for (int i = 0; i < ROOM; i++) {
            numbers[i] = (float) random.nextDouble(from, to);
        }
        return numbers;
    }

    /** One round of all kernels; the sum of what they answer. */
    double run() {
        double sum = 0.0;
        for (int n : new int[] {5, 33, 128, 1000}) {
            sum += rows(n);
            maps(n);
            points(n);
            losses(n);
        }
        columns();
        return sum + out[BEFORE] + other[BEFORE] + third[BEFORE];
    }

    private double rows(int n) {
        double sum = kernels.max(x, BEFORE, n) + kernels.max(negative, BEFORE, n);
        if (n >= 32) {
            sum += copies.copyMax(memory, Float.BYTES, n, third, BEFORE);
        }
        sum += kernels.indexOf(x, BEFORE, n, x[BEFORE + n - 1]);
        int blocks = n < 32 ? n : n & -32;
        for (ExpSum kind : ExpSum.values()) {
            sum += kernels.sumExp(kind, x, BEFORE, blocks, 9f);
        }
        if (n >= 32) {
            sum += kernels.sumExpAndDistance(x, BEFORE, blocks, 9f, far);
        }
        sum += kernels.sum(x, BEFORE, blocks) + kernels.dot(x, BEFORE, t, BEFORE, blocks);
        sum += kernels.sumBelow(x, BEFORE, t, BEFORE, w, BEFORE, blocks, 9f, 1f, 0.1f);
        return sum + kernels.dotPrecise(x, BEFORE, 2f, w, BEFORE, 0.5f, n);
    }

    private void maps(int n) {
        kernels.expScale(x, BEFORE, null, 0, null, 0, n, 9f, 0.3, 0f, 0.1f, out, BEFORE);
        kernels.expScale(x, BEFORE, t, BEFORE, null, 0, n, 9f, 0.3, 1f, 0.1f, out, BEFORE);
        kernels.expScale(x, BEFORE, t, BEFORE, w, BEFORE, n, 9f, 0.3, 1f, 0.1f, out, BEFORE);
        kernels.logSoftmax(x, BEFORE, null, 0, n, 9f, 2f, 1f, out, BEFORE);
        kernels.logSoftmax(x, BEFORE, w, BEFORE, n, 9f, 2f, 1f, out, BEFORE);
        kernels.logSoftmaxBackward(negative, BEFORE, x, BEFORE, n, 0.5f, out, BEFORE);
        kernels.softmaxBackward(t, BEFORE, x, BEFORE, n, 0.5f, out, BEFORE);
        kernels.combine(x, BEFORE, 2f, t, BEFORE, 3f, n, out, BEFORE);
    }

    private void points(int n) {
        for (PointFunction function : PointFunction.values()) {
            kernels.apply(function, x, BEFORE, n, out, BEFORE);
            kernels.applyBackward(function, x, BEFORE, t, BEFORE, n, out, BEFORE);
        }
        kernels.softplus(x, BEFORE, n, 2f, 20f, out, BEFORE);
        kernels.softplusBackward(x, BEFORE, t, BEFORE, n, 2f, 20f, out, BEFORE);
        kernels.xlogy(x, BEFORE, t, BEFORE, n, out, BEFORE);
        kernels.xlogyBackward(x, BEFORE, t, BEFORE, w, BEFORE, n, out, BEFORE, other, BEFORE);
    }

    private void losses(int n) {
        kernels.klDiv(x, BEFORE, t, BEFORE, n, false, false, null, 0, 1f, out, BEFORE, null, 0, null, 0);
        kernels.bce(t, BEFORE, t, BEFORE, null, 0, n, false, null, 0, 1f, out, BEFORE, null, 0, null, 0);
        for (int given = 0; given < 8; given++) {
            float[] weight = (given & 1) == 0 ? null : w;
            float[] upstream = (given & 2) == 0 ? null : w;
            boolean flag = (given & 4) != 0;
            float[] slope = flag ? third : null;
            kernels.bce(
                    t, BEFORE, t, BEFORE, weight, BEFORE, n, flag, upstream, BEFORE, 0.5f, out, BEFORE, other, BEFORE,
                    slope, BEFORE);
            kernels.bceWithLogits(
                    x, BEFORE, t, BEFORE, weight, BEFORE, upstream, BEFORE, n, flag, upstream, BEFORE, 0.5f, out,
                    BEFORE, other, BEFORE, slope, BEFORE);
            kernels.klDiv(
                    negative, BEFORE, t, BEFORE, n, flag, flag, upstream, BEFORE, 0.5f, out, BEFORE, other, BEFORE,
                    slope, BEFORE);
        }
    }

    private void columns() {
        int n = 12;
        int count = 75;
        float[] max = new float[96];
        float[] shift = new float[96];
        float[] low = new float[96];
        float[] magic = new float[96];
        float[] sum = new float[96];
        kernels.columnMax(x, BEFORE, count, n, count, max);
        kernels.columnExpSetup(max, count, shift, low, magic);
        kernels.columnSumExp(x, BEFORE, count, n, count, max, shift, low, magic, sum, new float[96]);
        kernels.columnSumBelow(x, BEFORE, count, w, BEFORE, n, count, max, new float[96]);
        kernels.columnExpScale(x, BEFORE, count, w, BEFORE, n, count, shift, low, magic, sum, max, out, BEFORE, count);
        kernels.columnLogSoftmax(x, BEFORE, count, n, count, max, sum, out, BEFORE, count);
    }
}
