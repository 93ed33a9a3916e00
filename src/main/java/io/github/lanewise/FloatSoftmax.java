// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OTHER;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatPreciseLogSumExp;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import java.util.Arrays;
import java.util.Objects;

/** The walks of softmax, log-softmax and log-sum-exp, with the checks of their arguments. */
final class FloatSoftmax {
    private FloatSoftmax() {}

    static void softmax(FloatTensor input, int dim, OnEmpty fullyMasked, FloatTensor output) {
        int axis = checkMap(input, dim, output, "output");
        Objects.requireNonNull(fullyMasked, "fullyMasked");
        if (fullyMasked == OnEmpty.ERROR) {
            FloatMaskedRows.check(input, axis);
        }
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = FloatStage.stride(input, axis);
        int os = FloatStage.stride(output, axis);
        int run = Positions.columnRun(input, axis);
        if (n == 0) {
            return;
        }
        if (run > 0 && Positions.hasRun(output, axis, run)) {
            softmaxColumns(input, axis, output, run, fullyMasked, false);
            return;
        }
        int together = FloatRowTile.run(input, output, axis);
        if (together > 0) {
            softmaxTiles(input, axis, output, together, fullyMasked, false);
            return;
        }
        FloatStage stage = FloatStage.of(input, output);
        FloatRowExcess row = FloatRowExcess.borrow(n);
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            int oo = stage.write(OUTPUT, output, axis, p);
            float[] out = stage.array(OUTPUT, output);
            float max = stage.max(INPUT, input, axis, p, xo, row);
            double excess = row == null ? FloatRows.excess(x, xo, xs, n, max) : row.excess();
            softmax(x, xo, xs, n, max, excess, fullyMasked, out, oo, os);
        }
        FloatRowExcess.giveBack(row);
        stage.finish();
    }

    /** The softmax of one row, of which the maximum and the excess have been found. */
    static void softmax(
            float[] x,
            int xo,
            int xs,
            int n,
            float max,
            double excess,
            OnEmpty fullyMasked,
            float[] out,
            int oo,
            int os) {
        if (fullyMasked == OnEmpty.ZERO && FloatMaskedRows.isMasked(x, xo, xs, n, max)) {
            FloatRows.fill(out, oo, os, n, 0f);
            return;
        }
        FloatRows.expScale(x, xo, xs, null, 0, 0, null, 0, n, max, 1.0 / (1.0 + excess), 0f, 0f, out, oo, os);
    }

    static void logSoftmax(FloatTensor input, int dim, FloatTensor output) {
        int axis = checkMap(input, dim, output, "output");
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = FloatStage.stride(input, axis);
        int os = FloatStage.stride(output, axis);
        int run = Positions.columnRun(input, axis);
        if (n == 0) {
            return;
        }
        if (run > 0 && Positions.hasRun(output, axis, run)) {
            softmaxColumns(input, axis, output, run, OnEmpty.NAN, true);
            return;
        }
        int together = FloatRowTile.run(input, output, axis);
        if (together > 0) {
            softmaxTiles(input, axis, output, together, OnEmpty.NAN, true);
            return;
        }
        FloatStage stage = FloatStage.of(input, output);
        FloatRowExcess row = FloatRowExcess.borrow(n);
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            int oo = stage.write(OUTPUT, output, axis, p);
            float max = stage.max(INPUT, input, axis, p, xo, row);
            double excess = row == null ? FloatRows.excess(x, xo, xs, n, max) : row.excess();
            logSoftmax(x, xo, xs, n, max, excess, stage.array(OUTPUT, output), oo, os);
        }
        FloatRowExcess.giveBack(row);
        stage.finish();
    }

    /** The log-softmax of one row, of which the maximum and the excess have been found. */
    static void logSoftmax(float[] x, int xo, int xs, int n, float max, double excess, float[] out, int oo, int os) {
        float logSum = (float) FloatLogOnePlus.log1p(excess);
        FloatRows.logSoftmax(x, xo, xs, null, 0, n, max, logSum, 1f, out, oo, os);
    }

    private static void softmaxColumns(
            FloatTensor input, int axis, FloatTensor output, int run, OnEmpty fullyMasked, boolean log) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = FloatStage.columnStride(input, axis);
        int os = FloatStage.columnStride(output, axis);
        FloatStage stage = FloatStage.of(input, output);
        FloatColumnScratch scratch = FloatColumnScratch.borrow();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(run - p % run, FloatColumnScratch.TILE);
            int xo = stage.readColumns(INPUT, input, axis, p, width);
            float[] x = stage.array(INPUT, input);
            int oo = stage.writeColumns(OUTPUT, output, axis, p, width);
            float[] out = stage.array(OUTPUT, output);
            Kernels.FLOAT.columnMax(x, xo, xs, n, width, scratch.max);
            scratch.sumExp(x, xo, xs, n, width);
            softmaxTile(x, xo, xs, n, width, scratch, fullyMasked, log, out, oo, os);
        }
        scratch.giveBack();
        stage.finish();
    }

    /** Short rows, a lane for each. */
    private static void softmaxTiles(
            FloatTensor input, int axis, FloatTensor output, int run, OnEmpty fullyMasked, boolean log) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int stride = FloatColumnScratch.TILE;
        FloatColumnScratch scratch = FloatColumnScratch.borrow();
        FloatRowTile tile = scratch.rows();
        float[] x = tile.elements;
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(run - p % run, FloatColumnScratch.TILE);
            tile.read(input.array(), Positions.offset(input, axis, p), n, width);
            softmaxTile(x, 0, stride, n, width, scratch, fullyMasked, log, x, 0, stride);
            int oo = Positions.offset(output, axis, p);
            for (int i = 0; i < width; i++) {
                tile.writeRow(i, n, output.array(), oo + i * n);
            }
        }
        scratch.giveBack();
    }

    /** Columns whose maxima and excesses are known. */
    private static void softmaxTile(
            float[] x,
            int xo,
            int xs,
            int n,
            int width,
            FloatColumnScratch scratch,
            OnEmpty fullyMasked,
            boolean log,
            float[] out,
            int oo,
            int os) {
        if (log) {
            scratch.logSum(width);
            Kernels.FLOAT.columnLogSoftmax(x, xo, xs, n, width, scratch.max, scratch.logSum, out, oo, os);
            return;
        }
        for (int i = 0; i < width; i++) {
            scratch.zero[i] = fullyMasked == OnEmpty.ZERO && FloatMaskedRows.isMasked(x, xo + i, xs, n, scratch.max[i]);
            scratch.setFactor(i, 1.0 / (1.0 + scratch.excess[i]));
        }
        Arrays.fill(scratch.minus, 0, width, 0f);
        scratch.expScale(x, xo, xs, null, n, width, out, oo, os);
        for (int i = 0; i < width; i++) {
            if (scratch.zero[i]) {
                FloatRows.fill(out, oo + i, os, n, 0f);
            }
        }
    }

    static void logSumExp(FloatTensor input, int dim, FloatTensor output) {
        int axis = axis(input, dim);
        checkReduced(input, axis, "output", output);
        Overlap.checkWritable(output, "output");
        Overlap.checkApart(input, "input", output, "output");
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int run = Positions.columnRun(input, axis);
        FloatStage stage = FloatStage.of(input);
        if (run > 0 && n > 0) {
            int xs = FloatStage.columnStride(input, axis);
            FloatColumnScratch scratch = FloatColumnScratch.borrow();
            int width;
            for (int p = 0; p < count; p += width) {
                width = Math.min(run - p % run, FloatColumnScratch.TILE);
                int xo = stage.readColumns(INPUT, input, axis, p, width);
                float[] x = stage.array(INPUT, input);
                Kernels.FLOAT.columnMax(x, xo, xs, n, width, scratch.max);
                scratch.sumExp(x, xo, xs, n, width);
                for (int i = 0; i < width; i++) {
                    Results.set(output, p + i, logSumExp(x, xo + i, xs, n, scratch.max[i], scratch.excess[i]));
                }
            }
            scratch.giveBack();
            stage.finish();
            return;
        }
        int together = FloatRowTile.run(input, null, axis);
        if (together > 0) {
            logSumExpTiles(input, axis, together, output);
            return;
        }
        int xs = FloatStage.stride(input, axis);
        FloatRowExcess row = FloatRowExcess.borrow(n);
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            float max = stage.max(INPUT, input, axis, p, xo, row);
            double excess = row == null ? FloatRows.excess(x, xo, xs, n, max) : row.excess();
            Results.set(output, p, logSumExp(x, xo, xs, n, max, excess));
        }
        FloatRowExcess.giveBack(row);
        stage.finish();
    }

    private static void logSumExpTiles(FloatTensor input, int axis, int run, FloatTensor output) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        float[] x = input.array();
        FloatColumnScratch scratch = FloatColumnScratch.borrow();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(run - p % run, FloatColumnScratch.TILE);
            int xo = Positions.offset(input, axis, p);
            scratch.rows().read(x, xo, n, width);
            for (int i = 0; i < width; i++) {
                Results.set(output, p + i, logSumExp(x, xo + i * n, 1, n, scratch.max[i], scratch.excess[i]));
            }
        }
        scratch.giveBack();
    }

    /** Of a row whose maximum, with or without NaN, and excess are known. */
    static double logSumExp(float[] x, int xo, int xs, int n, float max, double excess) {
        return Math.abs(max) < Float.POSITIVE_INFINITY
                ? FloatPreciseLogSumExp.of(x, xo, xs, n, max, excess)
                : FloatRows.logSumExp(x, xo, xs, n);
    }

    static float logSumExp(float[] scores, int offset, int length) {
        Objects.requireNonNull(scores, "scores");
        Objects.checkFromIndexSize(offset, length, scores.length);
        FloatRowExcess row = FloatRowExcess.borrowForOne(length);
        float max = FloatRowExcess.max(row, scores, offset, length);
        double excess = row == null ? FloatRows.excess(scores, offset, 1, length, max) : row.excess();
        FloatRowExcess.giveBack(row);
        double value = logSumExp(scores, offset, 1, length, max, excess);
        return Results.toFloat(value);
    }

    static void softmaxBackward(FloatTensor output, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        int axis = checkBackward(output, gradOutput, dim, gradInput);
        int n = Positions.length(output, axis);
        int count = Positions.count(output, axis);
        int ys = FloatStage.stride(output, axis);
        int gs = FloatStage.stride(gradOutput, axis);
        int os = FloatStage.stride(gradInput, axis);
        FloatStage stage = FloatStage.of(output, gradOutput, gradInput, null);
        for (int p = 0; p < count; p++) {
            int yo = stage.read(INPUT, output, axis, p);
            float[] y = stage.array(INPUT, output);
            int go = stage.read(OTHER, gradOutput, axis, p);
            float[] g = stage.array(OTHER, gradOutput);
            int oo = stage.write(OUTPUT, gradInput, axis, p);
            float mean = (float) FloatRows.dot(y, yo, ys, g, go, gs, n);
            FloatRows.softmaxBackward(y, yo, ys, g, go, gs, n, mean, stage.array(OUTPUT, gradInput), oo, os);
        }
        stage.finish();
    }

    static void logSoftmaxBackward(FloatTensor output, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        int axis = checkBackward(output, gradOutput, dim, gradInput);
        int n = Positions.length(output, axis);
        int count = Positions.count(output, axis);
        int ys = FloatStage.stride(output, axis);
        int gs = FloatStage.stride(gradOutput, axis);
        int os = FloatStage.stride(gradInput, axis);
        FloatStage stage = FloatStage.of(output, gradOutput, gradInput, null);
        for (int p = 0; p < count; p++) {
            int yo = stage.read(INPUT, output, axis, p);
            float[] y = stage.array(INPUT, output);
            int go = stage.read(OTHER, gradOutput, axis, p);
            float[] g = stage.array(OTHER, gradOutput);
            int oo = stage.write(OUTPUT, gradInput, axis, p);
            float sum = (float) FloatRows.sum(g, go, gs, n);
            FloatRows.logSoftmaxBackward(y, yo, ys, g, go, gs, n, sum, stage.array(OUTPUT, gradInput), oo, os);
        }
        stage.finish();
    }

    static void logSumExpBackward(FloatTensor input, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        int axis = checkMap(input, dim, gradInput, "gradInput");
        checkReduced(input, axis, "gradOutput", gradOutput);
        Overlap.checkApart(gradOutput, "gradOutput", gradInput, "gradInput");
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = FloatStage.stride(input, axis);
        int os = FloatStage.stride(gradInput, axis);
        FloatStage stage = FloatStage.of(input, gradInput);
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            int oo = stage.write(OUTPUT, gradInput, axis, p);
            float g = (float) Results.get(gradOutput, p);
            FloatRows.logSumExpBackward(x, xo, xs, n, g, stage.array(OUTPUT, gradInput), oo, os);
        }
        stage.finish();
    }

    static int axis(FloatTensor input, int dim) {
        Objects.requireNonNull(input, "input");
        // A view without dimensions is a row of one element, as in PyTorch.
        return input.rank() == 0 && (dim == 0 || dim == -1) ? 0 : Shapes.dim(dim, input.rank());
    }

    static int checkMap(FloatTensor input, int dim, FloatTensor output, String outputName) {
        int axis = axis(input, dim);
        Objects.requireNonNull(output, outputName);
        Shapes.checkSame("input", input, outputName, output);
        Overlap.checkWritable(output, outputName);
        Overlap.checkSameOrApart(input, "input", output, outputName);
        return axis;
    }

    static int checkBackward(FloatTensor output, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        int axis = axis(output, dim);
        Shapes.checkSame("output", output, "gradOutput", gradOutput);
        Shapes.checkSame("output", output, "gradInput", gradInput);
        Overlap.checkWritable(gradInput, "gradInput");
        Overlap.checkSameOrApart(output, "output", gradInput, "gradInput");
        Overlap.checkSameOrApart(gradOutput, "gradOutput", gradInput, "gradInput");
        return axis;
    }

    static void checkReduced(FloatTensor input, int axis, String name, FloatTensor reduced) {
        Objects.requireNonNull(reduced, name);
        int[] shape = input.sizes();
        int[] other = reduced.sizes();
        boolean kept = other.length == shape.length;
        boolean fits = kept || other.length == shape.length - 1;
        for (int d = 0; d < shape.length && fits; d++) {
            if (d == axis) {
                fits = !kept || other[d] == 1;
            } else {
                fits = other[kept || d < axis ? d : d - 1] == shape[d];
            }
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    name + " has shape " + Arrays.toString(other) + " but the input has shape "
                            + Arrays.toString(shape) + " and dimension " + axis
                            + " is summed along; leave that dimension out or give it size 1");
        }
    }
}
