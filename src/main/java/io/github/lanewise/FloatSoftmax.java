// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OTHER;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRowMaps;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The walks of softmax and log-softmax, and of their gradients. */
final class FloatSoftmax {
    private FloatSoftmax() {}

    static void softmax(FloatTensor input, int dim, OnEmpty fullyMasked, FloatTensor output) {
        int axis = FloatSoftmaxChecks.checkMap(input, dim, output, "output");
        Objects.requireNonNull(fullyMasked, "fullyMasked");
        if (fullyMasked == OnEmpty.ERROR) {
            FloatMaskedRows.check(input, axis);
        }
        walk(input, axis, output, fullyMasked, false);
    }

    static void logSoftmax(FloatTensor input, int dim, FloatTensor output) {
        walk(input, FloatSoftmaxChecks.checkMap(input, dim, output, "output"), output, OnEmpty.NAN, true);
    }

    private static void walk(FloatTensor input, int axis, FloatTensor output, OnEmpty fullyMasked, boolean log) {
        int n = Positions.length(input, axis);
        if (n == 0) {
            return;
        }
        int run = Positions.columnRun(input, axis);
        if (run > 0 && Positions.hasRun(output, axis, run)) {
            columns(input, axis, output, run, fullyMasked, log);
            return;
        }
        int together = FloatRowTile.run(input, output, axis);
        if (together > 0) {
            tiles(input, axis, output, together, fullyMasked, log);
            return;
        }
        int count = Positions.count(input, axis);
        int height = count == 1 ? 0 : FloatRowBlock.height(true, input, output, n);
        if (height > 0) {
            blocks(input, axis, output, height, fullyMasked, log);
            return;
        }
        FloatStage stage = FloatStage.of(input, output);
        FloatRowExcess row = FloatRowExcess.borrow(n);
        FloatStorage from = FloatStorage.ofRows(input, axis);
        FloatStorage to = FloatStorage.ofRows(output, axis);
        if (from != null && to != null && row != null) {
            stage.passOver();
            inPlace(stage, row, from, input, axis, to, output, fullyMasked, log);
        } else {
            for (int p = 0; p < count; p++) {
                one(stage, row, input, axis, p, output, fullyMasked, log);
            }
        }
        FloatRowExcess.giveBack(row);
        stage.finish();
    }

    private static void one(
            FloatStage stage,
            @Nullable FloatRowExcess row,
            FloatTensor input,
            int axis,
            int p,
            FloatTensor output,
            OnEmpty fullyMasked,
            boolean log) {
        int n = Positions.length(input, axis);
        int xs = FloatStage.stride(input, axis);
        int os = FloatStage.stride(output, axis);
        int oo = stage.write(OUTPUT, output, axis, p);
        float[] out = stage.array(OUTPUT, output);
        int xo = log ? stage.find(INPUT, input, axis, p, row) : stage.find(INPUT, input, axis, p, row, out, oo, os);
        float[] x = stage.array(INPUT, input);
        float max = stage.max(INPUT, input, axis, p, xo, row);
        double excess = FloatRowExcess.excess(row, x, xo, xs, n, max);
        if (log) {
            logSoftmax(x, xo, xs, n, max, excess, out, oo, os);
        } else {
            softmax(x, xo, xs, n, max, FloatRowExcess.kept(row), excess, fullyMasked, out, oo, os);
        }
    }

    /** Rows of native memory, a block at a time, where they lie if that can be done. */
    private static void inPlace(
            FloatStage stage,
            FloatRowExcess row,
            FloatStorage from,
            FloatTensor input,
            int axis,
            FloatStorage to,
            FloatTensor output,
            OnEmpty fullyMasked,
            boolean log) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int height = Math.max(1, FloatRowBlock.heightToReadAgain(n));
        FloatRowBlock block = FloatRowBlock.borrow();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(height, count - p);
            float[] terms = log || n > FloatRowExcess.LONGEST_KEPT ? null : stage.room(OTHER, width * n);
            block.begin(input, axis, p, width, output);
            block.findInPlace(row, from, n, width, terms);
            if (log) {
                block.settle(width, n);
            } else {
                block.settleExcess(width, n);
            }
            for (int i = 0; i < width; i++) {
                boolean written = block.found[i]
                        && (log ? logSoftmax(block, i, from, n, to) : softmax(block, i, from, n, terms, to));
                if (!written) {
                    one(stage, row, input, axis, p + i, output, fullyMasked, log);
                }
            }
        }
        block.giveBack();
    }

    /** The softmax of a row of a block that has been found in native memory; whether it is written. */
    private static boolean softmax(
            FloatRowBlock block, int i, FloatStorage from, int n, float @Nullable [] terms, FloatStorage to) {
        return FloatRowMaps.scaleInPlace(
                from.segment,
                FloatStorage.address(block.from[i]),
                n,
                block.max[i],
                block.kept[i],
                terms,
                i * n,
                1.0 / (1.0 + block.excess[i]),
                0f,
                to.segment,
                FloatStorage.address(block.to[i]));
    }

    /** The log-softmax of one; whether it is written. */
    private static boolean logSoftmax(FloatRowBlock block, int i, FloatStorage from, int n, FloatStorage to) {
        return Kernels.FLOAT_NATIVE.logSoftmax(
                from.segment,
                FloatStorage.address(block.from[i]),
                n,
                block.max[i],
                (float) block.log[i],
                to.segment,
                FloatStorage.address(block.to[i]));
    }

    /** Rows in arrays, a block at a time. */
    private static void blocks(
            FloatTensor input, int axis, FloatTensor output, int height, OnEmpty fullyMasked, boolean log) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = Positions.stride(input, axis);
        int os = Positions.stride(output, axis);
        float[] x = input.array();
        float[] out = output.array();
        FloatRowExcess row = FloatRowExcess.borrow();
        FloatRowBlock block = FloatRowBlock.borrow();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(height, count - p);
            block.begin(input, axis, p, width, output);
            if (log) {
                block.find(row, x, xs, n, width);
                block.settle(width, n);
            } else {
                block.findKeeping(row, x, xs, n, width, out, os);
                block.settleExcess(width, n);
            }
            for (int i = 0; i < width; i++) {
                int xo = block.from[i];
                int oo = block.to[i];
                float max = block.max[i];
                if (log) {
                    FloatRowMaps.logSoftmax(x, xo, xs, null, 0, n, max, (float) block.log[i], 1f, out, oo, os);
                } else {
                    softmax(x, xo, xs, n, max, block.kept[i], block.excess[i], fullyMasked, out, oo, os);
                }
            }
        }
        block.giveBack();
        FloatRowExcess.giveBack(row);
    }

    /** The softmax of one row, of which the maximum and the excess have been found, and the terms perhaps kept in {@code out}. */
    static void softmax(
            float[] x,
            int xo,
            int xs,
            int n,
            float max,
            float kept,
            double excess,
            OnEmpty fullyMasked,
            float[] out,
            int oo,
            int os) {
        if (fullyMasked == OnEmpty.ZERO && FloatMaskedRows.isMasked(x, xo, xs, n, max)) {
            FloatRows.fill(out, oo, os, n, 0f);
            return;
        }
        int certain = FloatRowMaps.certain(excess, x, xo, xs, n, max);
        double factor = 1.0 / (1.0 + excess);
        FloatRowMaps.scale(x, xo, xs, n, max, kept, factor, 0f, out, oo, os);
        if (certain >= 0) {
            out[oo + certain * os] = (float) factor;
        }
    }

    /** The log-softmax of one row, of which the maximum and the excess have been found. */
    static void logSoftmax(float[] x, int xo, int xs, int n, float max, double excess, float[] out, int oo, int os) {
        float logSum = (float) FloatLogOnePlus.log1p(excess);
        FloatRowMaps.logSoftmax(x, xo, xs, null, 0, n, max, logSum, 1f, out, oo, os);
    }

    private static void columns(
            FloatTensor input, int axis, FloatTensor output, int run, OnEmpty fullyMasked, boolean log) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        FloatStage stage = FloatStage.of(input, output);
        FloatColumnScratch scratch = FloatColumnScratch.borrow();
        FloatColumnTile tile = scratch.columns();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(run - p % run, FloatColumnScratch.TILE);
            tile.read(stage, input, axis, p, width);
            tile.beginOutput(stage, output, axis, p, width);
            tile(
                    tile.elements,
                    tile.offset,
                    tile.stride,
                    n,
                    width,
                    scratch,
                    fullyMasked,
                    log,
                    tile.out,
                    tile.outOffset,
                    tile.outStride);
            tile.endOutput(output, axis, p, width);
        }
        scratch.giveBack();
        stage.finish();
    }

    /** Short rows, a lane for each. */
    private static void tiles(
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
            tile(x, 0, stride, n, width, scratch, fullyMasked, log, x, 0, stride);
            int oo = Positions.offset(output, axis, p);
            tile.write(n, width, output.array(), oo);
        }
        scratch.giveBack();
    }

    /** Columns whose maxima and excesses are known. */
    private static void tile(
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
            scratch.factor[i] = 1.0 / (1.0 + scratch.excess[i]);
        }
        scratch.gains(width);
        // Known before the map overwrites the columns in place.
        for (int i = 0; i < width && scratch.mayBeCertain(); i++) {
            scratch.certain[i] = FloatRowMaps.certain(scratch.excess[i], x, xo + i, xs, n, scratch.max[i]);
        }
        boolean zeros = fullyMasked == OnEmpty.ZERO;
        for (int i = 0; i < width && zeros; i++) {
            scratch.zero[i] = FloatMaskedRows.isMasked(x, xo + i, xs, n, scratch.max[i]);
        }
        Arrays.fill(scratch.minus, 0, width, 0f);
        scratch.expScale(x, xo, xs, null, n, width, out, oo, os);
        for (int i = 0; i < width && scratch.mayBeCertain(); i++) {
            if (scratch.certain[i] >= 0) {
                out[oo + i + scratch.certain[i] * os] = (float) scratch.factor[i];
            }
        }
        for (int i = 0; i < width && zeros; i++) {
            if (scratch.zero[i]) {
                FloatRows.fill(out, oo + i, os, n, 0f);
            }
        }
    }

    static void softmaxBackward(FloatTensor output, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        int axis = FloatSoftmaxChecks.checkBackward(output, gradOutput, dim, gradInput);
        if (output.numel() == 0) {
            return;
        }
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
            FloatRowMaps.softmaxBackward(y, yo, ys, g, go, gs, n, mean, stage.array(OUTPUT, gradInput), oo, os);
        }
        stage.finish();
    }

    static void logSoftmaxBackward(FloatTensor output, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        int axis = FloatSoftmaxChecks.checkBackward(output, gradOutput, dim, gradInput);
        if (output.numel() == 0) {
            return;
        }
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
            FloatRowMaps.logSoftmaxBackward(y, yo, ys, g, go, gs, n, sum, stage.array(OUTPUT, gradInput), oo, os);
        }
        stage.finish();
    }
}
