// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatPreciseLogSumExp;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRowMaps;
import io.github.lanewise.kernel.FloatRowSumExp;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The walks of log-sum-exp and of its gradient. */
final class FloatLogSumExp {
    private FloatLogSumExp() {}

    static void of(FloatTensor input, int dim, FloatTensor output) {
        int axis = FloatSoftmaxChecks.axis(input, dim);
        FloatSoftmaxChecks.checkReduced(input, axis, "output", output);
        Overlap.checkWritable(output, "output");
        Overlap.checkApart(input, "input", output, "output");
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int run = Positions.columnRun(input, axis);
        FloatStorage from = FloatStorage.ofRows(input, axis);
        if (count == 1 && from != null && writesInPlace(from, Positions.offset(input, axis, 0), n, output)) {
            return;
        }
        FloatStage stage = FloatStage.of(input);
        if (run > 0 && n > 0) {
            FloatColumnScratch scratch = FloatColumnScratch.borrow();
            FloatColumnTile tile = scratch.columns();
            int width;
            for (int p = 0; p < count; p += width) {
                width = Math.min(run - p % run, FloatColumnScratch.TILE);
                tile.read(stage, input, axis, p, width);
                tile(tile.elements, tile.offset, 1, tile.stride, n, p, width, scratch, output);
            }
            scratch.giveBack();
            stage.finish();
            return;
        }
        int together = FloatRowTile.run(input, null, axis);
        if (together > 0) {
            tiles(input, axis, together, output);
            return;
        }
        int height = count == 1 ? 0 : FloatRowBlock.height(false, input, null, n);
        if (height > 0) {
            blocks(input, axis, height, output);
            return;
        }
        FloatRowExcess row = FloatRowExcess.borrow(n);
        if (from != null && row != null) {
            blocksInPlace(stage, row, from, input, axis, output);
        } else {
            for (int p = 0; p < count; p++) {
                one(stage, row, input, axis, p, output);
            }
        }
        FloatRowExcess.giveBack(row);
        stage.finish();
    }

    /** Whether a row alone, of native memory, has been computed where it lies, without what many rows take. */
    private static boolean writesInPlace(FloatStorage from, int place, int n, FloatTensor output) {
        FloatRowExcess row = FloatRowExcess.borrow(n);
        if (row == null) {
            return false;
        }
        boolean found = row.findInPlace(from.segment, FloatStorage.address(place), n, null);
        double value = row.max() + FloatLogOnePlus.log1p(row.excess());
        boolean precise = found && FloatPreciseLogSumExp.isPrecise(value, row.excess());
        FloatRowExcess.giveBack(row);
        if (precise) {
            Results.set(output, 0, value);
        }
        return precise;
    }

    private static void one(
            FloatStage stage, @Nullable FloatRowExcess row, FloatTensor input, int axis, int p, FloatTensor output) {
        int n = Positions.length(input, axis);
        int xs = FloatStage.stride(input, axis);
        int xo = stage.find(INPUT, input, axis, p, row);
        float[] x = stage.array(INPUT, input);
        float max = stage.max(INPUT, input, axis, p, xo, row);
        double excess = FloatRowExcess.excess(row, x, xo, xs, n, max);
        Results.set(output, p, of(x, xo, xs, n, max, excess));
    }

    /** Rows in native memory, a block at a time, where they lie if that can be done. */
    private static void blocksInPlace(
            FloatStage stage, FloatRowExcess row, FloatStorage from, FloatTensor input, int axis, FloatTensor output) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        FloatRowBlock block = FloatRowBlock.borrow();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(FloatRowBlock.ROWS, count - p);
            block.begin(input, axis, p, width);
            block.findInPlace(row, from, n, width, null);
            block.settle(width, n);
            for (int i = 0; i < width; i++) {
                double value = block.max[i] + block.log[i];
                if (block.found[i] && FloatPreciseLogSumExp.isPrecise(value, block.excess[i])) {
                    Results.set(output, p + i, value);
                } else {
                    one(stage, row, input, axis, p + i, output);
                }
            }
        }
        block.giveBack();
    }

    /** Rows in an array, a block at a time. */
    private static void blocks(FloatTensor input, int axis, int height, FloatTensor output) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = Positions.stride(input, axis);
        float[] x = input.array();
        FloatRowExcess row = FloatRowExcess.borrow();
        FloatRowBlock block = FloatRowBlock.borrow();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(height, count - p);
            block.begin(input, axis, p, width);
            block.find(row, x, xs, n, width);
            block.settle(width, n);
            for (int i = 0; i < width; i++) {
                float max = block.max[i];
                Results.set(output, p + i, of(x, block.from[i], xs, n, max, block.excess[i], block.log[i]));
            }
        }
        block.giveBack();
        FloatRowExcess.giveBack(row);
    }

    private static void tiles(FloatTensor input, int axis, int run, FloatTensor output) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        float[] x = input.array();
        FloatColumnScratch scratch = FloatColumnScratch.borrow();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(run - p % run, FloatColumnScratch.TILE);
            int xo = Positions.offset(input, axis, p);
            scratch.rows().read(x, xo, n, width);
            tile(x, xo, n, 1, n, p, width, scratch, output);
        }
        scratch.giveBack();
    }

    /** Columns or short rows whose maxima and excesses are known, {@code step} elements from one to the next. */
    private static void tile(
            float[] x,
            int xo,
            int step,
            int xs,
            int n,
            int p,
            int width,
            FloatColumnScratch scratch,
            FloatTensor output) {
        scratch.logs(width);
        for (int i = 0; i < width; i++) {
            double value = of(x, xo + i * step, xs, n, scratch.max[i], scratch.excess[i], scratch.log[i]);
            Results.set(output, p + i, value);
        }
    }

    /** Of a row whose maximum, with or without NaN, and excess are known. */
    static double of(float[] x, int xo, int xs, int n, float max, double excess) {
        return of(x, xo, xs, n, max, excess, FloatLogOnePlus.log1p(excess));
    }

    private static double of(float[] x, int xo, int xs, int n, float max, double excess, double log) {
        return Math.abs(max) < Float.POSITIVE_INFINITY
                ? FloatPreciseLogSumExp.of(x, xo, xs, n, max, excess, log)
                : FloatRowSumExp.logSumExp(x, xo, xs, n);
    }

    static float of(float[] scores, int offset, int length) {
        Objects.requireNonNull(scores, "scores");
        Shapes.checkRow("scores", offset, length, scores.length);
        FloatRowExcess row = FloatRowExcess.borrow(length);
        float max = FloatRowExcess.max(row, scores, offset, length);
        double excess = FloatRowExcess.excess(row, scores, offset, 1, length, max);
        FloatRowExcess.giveBack(row);
        double value = of(scores, offset, 1, length, max, excess);
        return Results.toFloat(value);
    }

    static void backward(FloatTensor input, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        int axis = FloatSoftmaxChecks.checkMap(input, dim, gradInput, "gradInput");
        FloatSoftmaxChecks.checkReduced(input, axis, "gradOutput", gradOutput);
        Overlap.checkApart(gradOutput, "gradOutput", gradInput, "gradInput");
        if (input.numel() == 0) {
            return;
        }
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int height = count == 1 ? 0 : FloatRowBlock.height(true, input, gradInput, n);
        if (height > 0) {
            backwardBlocks(input, axis, gradOutput, height, gradInput);
            return;
        }
        int xs = FloatStage.stride(input, axis);
        int os = FloatStage.stride(gradInput, axis);
        FloatRowExcess row = FloatRowExcess.borrow(n);
        FloatStage stage = FloatStage.of(input, gradInput);
        for (int p = 0; p < count; p++) {
            int oo = stage.write(OUTPUT, gradInput, axis, p);
            float[] out = stage.array(OUTPUT, gradInput);
            int xo = stage.find(INPUT, input, axis, p, row, out, oo, os);
            float[] x = stage.array(INPUT, input);
            float max = stage.max(INPUT, input, axis, p, xo, row);
            double excess = FloatRowExcess.excess(row, x, xo, xs, n, max);
            float g = (float) Results.get(gradOutput, p);
            FloatRowMaps.logSumExpBackward(x, xo, xs, n, max, FloatRowExcess.kept(row), excess, g, out, oo, os);
        }
        stage.finish();
        FloatRowExcess.giveBack(row);
    }

    /** Gradients of rows in arrays, a block at a time. */
    private static void backwardBlocks(
            FloatTensor input, int axis, FloatTensor gradOutput, int height, FloatTensor gradInput) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = Positions.stride(input, axis);
        int os = Positions.stride(gradInput, axis);
        float[] x = input.array();
        float[] out = gradInput.array();
        FloatRowExcess row = FloatRowExcess.borrow();
        FloatRowBlock block = FloatRowBlock.borrow();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(height, count - p);
            block.begin(input, axis, p, width, gradInput);
            block.findKeeping(row, x, xs, n, width, out, os);
            block.settleExcess(width, n);
            for (int i = 0; i < width; i++) {
                float g = (float) Results.get(gradOutput, p + i);
                FloatRowMaps.logSumExpBackward(
                        x, block.from[i], xs, n, block.max[i], block.kept[i], block.excess[i], g, out, block.to[i], os);
            }
        }
        block.giveBack();
        FloatRowExcess.giveBack(row);
    }
}
