// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * Cross entropy over class indices where a lane takes a position of its own: positions that lie beside each other and their
 * classes do not, as in images, are walked as columns, a tile at a time, and so are short rows, which are transposed for it and
 * keep the bits of rows. What the columns do not settle is left to the walk over rows.
 */
final class FloatCrossEntropyColumns {
    private final FloatCrossEntropyRow rows;

    FloatCrossEntropyColumns(FloatCrossEntropyRow rows) {
        this.rows = rows;
    }

    /** Walks all positions; see {@link FloatIndexLoss#walk}. */
    double walk(
            FloatTensor logits,
            int axis,
            int run,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor grad) {
        int count = Positions.count(logits, axis);
        int n = Positions.length(logits, axis);
        boolean runs = grad != null && Positions.hasRun(grad, axis, run);
        double[] losses = null;
        boolean confined = Tensor.isConfined(logits) || Tensor.isConfined(gradOutput) || Tensor.isConfined(grad);
        int tasks = confined ? 1 : rows.options.tasksFor((long) count * n);
        if (tasks > 1) {
            double[] each = new double[count];
            rows.options.run(tasks, count, FloatColumnScratch.TILE, (from, to) -> {
                FloatColumnScratch scratch = FloatColumnScratch.borrow();
                FloatStage own = FloatStage.of(logits, grad);
                int width;
                for (int p = from; p < to; p += width) {
                    width = Math.min(width(p, run), to - p);
                    tile(
                            own,
                            logits,
                            axis,
                            runs,
                            ints,
                            longs,
                            targetScale,
                            everyScale,
                            upstream,
                            gradOutput,
                            grad,
                            p,
                            width,
                            scratch);
                    System.arraycopy(scratch.loss, 0, each, p, width);
                }
                own.finish();
                scratch.giveBack();
            });
            losses = each;
        }
        FloatColumnScratch scratch = FloatColumnScratch.borrow();
        FloatStage stage = FloatStage.of(logits, grad);
        double sum = 0.0;
        double lost = 0.0;
        int width;
        for (int p = 0; p < count; p += width) {
            width = width(p, run);
            if (losses == null) {
                tile(
                        stage,
                        logits,
                        axis,
                        runs,
                        ints,
                        longs,
                        targetScale,
                        everyScale,
                        upstream,
                        gradOutput,
                        grad,
                        p,
                        width,
                        scratch);
            }
            for (int i = 0; i < width; i++) {
                double loss = losses == null ? scratch.loss[i] : losses[p + i];
                if (perSample != null) {
                    Results.set(perSample, p + i, loss);
                }
                double next = sum + loss;
                lost += Results.lost(sum, loss, next);
                sum = next;
            }
        }
        stage.finish();
        scratch.giveBack();
        return Results.total(sum, lost);
    }

    /** Columns of the tile that begins at a position. */
    private static int width(int p, int run) {
        return Math.min(run - p % run, FloatColumnScratch.TILE);
    }

    /** How many consecutive positions a walk may take together; 0 if it has to take one after the other. */
    int run(FloatTensor logits, int axis, @Nullable FloatTensor grad) {
        int run = Positions.length(logits, axis) == 0 ? 0 : Positions.columnRun(logits, axis);
        return run > 0 || rows.smoothing.leavesTargetOut() ? run : FloatRowTile.run(logits, grad, axis);
    }

    /** The losses and gradients of a tile of short rows. */
    private void rowTile(
            FloatTensor logits,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor grad,
            int p,
            int width,
            FloatColumnScratch scratch) {
        int n = Positions.length(logits, axis);
        int xo = Positions.offset(logits, axis, p);
        float[] x = logits.array();
        FloatRowTile tile = scratch.rows();
        tile.read(x, xo, n, width);
        scratch.logs(width);
        for (int i = 0; i < width; i++) {
            long target = ClassIndices.at(ints, longs, p + i);
            scratch.loss[i] = target == rows.ignoreIndex
                    ? 0.0
                    : rows.value(
                            x, xo + i * n, 1, n, (int) target, scratch.max[i], scratch.log[i], targetScale, everyScale);
        }
        if (grad == null) {
            return;
        }
        int stride = FloatColumnScratch.TILE;
        prepareGradients(
                tile.elements,
                0,
                stride,
                n,
                width,
                ints,
                longs,
                p,
                targetScale,
                everyScale,
                upstream,
                gradOutput,
                scratch);
        columnGradients(tile.elements, 0, stride, n, width, ints, longs, p, scratch, tile.elements, 0, stride);
        float[] out = grad.array();
        int oo = Positions.offset(grad, axis, p);
        boolean weighted = rows.everyWeight != null && !rows.smoothing.isNone();
        if (!weighted && !scratch.anyRescaled(width)) {
            tile.write(n, width, out, oo);
            return;
        }
        for (int i = 0; i < width; i++) {
            long target = ClassIndices.at(ints, longs, p + i);
            if (target != rows.ignoreIndex && (weighted || scratch.isRescaled(i))) {
                // Not to the bit what a row alone has.
                double g = gradOutput == null ? upstream : Results.get(gradOutput, p + i);
                rows.gradient(
                        false,
                        x,
                        xo + i * n,
                        1,
                        n,
                        (int) target,
                        scratch.max[i],
                        Float.NaN,
                        scratch.excess[i],
                        targetScale * g,
                        everyScale * g,
                        out,
                        oo + i * n,
                        1);
            } else {
                tile.writeRow(i, n, out, oo + i * n);
            }
        }
    }

    /** The losses of one tile, into the scratch, and its gradients if there is a place for them. */
    private void tile(
            FloatStage stage,
            FloatTensor logits,
            int axis,
            boolean runs,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor grad,
            int p,
            int width,
            FloatColumnScratch scratch) {
        if (Positions.stride(logits, axis) == 1) {
            rowTile(logits, axis, ints, longs, targetScale, everyScale, upstream, gradOutput, grad, p, width, scratch);
            return;
        }
        int n = Positions.length(logits, axis);
        FloatColumnTile tile = scratch.columns();
        tile.read(stage, logits, axis, p, width);
        float[] x = tile.elements;
        int xo = tile.offset;
        int xs = tile.stride;
        scratch.logs(width);
        if (!rows.smoothing.isNone() && !rows.smoothing.leavesTargetOut()) {
            Kernels.FLOAT.columnSumBelow(x, xo, xs, rows.everyWeight, 0, n, width, scratch.max, scratch.below);
        }
        for (int i = 0; i < width; i++) {
            long target = ClassIndices.at(ints, longs, p + i);
            double loss = target == rows.ignoreIndex
                    ? 0.0
                    : columnValue(x, xo + i, xs, n, (int) target, scratch, i, targetScale, everyScale);
            scratch.loss[i] = loss;
        }
        if (grad == null) {
            return;
        }
        boolean together = runs && !rows.smoothing.leavesTargetOut();
        if (together) {
            prepareGradients(
                    x, xo, xs, n, width, ints, longs, p, targetScale, everyScale, upstream, gradOutput, scratch);
            // A factor so small that a column alone takes it in another scale has no normal number for a gain here.
            together = !scratch.anyRescaled(width);
        }
        if (together) {
            tile.beginOutput(stage, grad, axis, p, width);
            columnGradients(x, xo, xs, n, width, ints, longs, p, scratch, tile.out, tile.outOffset, tile.outStride);
            tile.endOutput(grad, axis, p, width);
        } else {
            rowGradients(
                    stage,
                    x,
                    xo,
                    xs,
                    n,
                    width,
                    ints,
                    longs,
                    p,
                    targetScale,
                    everyScale,
                    upstream,
                    gradOutput,
                    scratch,
                    grad,
                    axis);
        }
    }

    private double columnValue(
            float[] x,
            int xo,
            int xs,
            int n,
            int target,
            FloatColumnScratch scratch,
            int i,
            double targetScale,
            double everyScale) {
        float max = scratch.max[i];
        double logSum = scratch.log[i];
        if (Float.isInfinite(max) || rows.smoothing.isNone() || rows.smoothing.leavesTargetOut()) {
            return rows.value(x, xo, xs, n, target, max, logSum, targetScale, everyScale);
        }
        double nll = ((double) max - x[xo + target * xs]) + logSum;
        double w = rows.weight == null ? 1.0 : rows.weight[target];
        double below = scratch.below[i];
        if (Double.isNaN(below)) {
            // Infinite terms leave NaN in a compensated sum; the row's sum tells infinity and NaN apart.
            below = FloatRows.sumBelow(x, xo, xs, rows.everyWeight, 0, 1, null, 0, n, max, 1f, 0f);
        }
        return rows.smoothed(x, xo, xs, n, max, w, nll, below, logSum, targetScale, everyScale);
    }

    /** Fills what the map over columns needs: factors, what is subtracted, and the targets' own gradients. */
    private void prepareGradients(
            float[] x,
            int xo,
            int xs,
            int n,
            int width,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int p,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            FloatColumnScratch scratch) {
        for (int i = 0; i < width; i++) {
            long target = ClassIndices.at(ints, longs, p + i);
            if (target == rows.ignoreIndex) {
                // Nothing, but NaN where the excess is.
                scratch.own[i] = 0.0;
                scratch.all[i] = 0.0;
                scratch.minus[i] = 0f;
                continue;
            }
            double g = gradOutput == null ? upstream : Results.get(gradOutput, p + i);
            double w = rows.weight == null ? 1.0 : rows.weight[(int) target];
            double b = rows.smoothing.every(n) * (everyScale * g);
            scratch.own[i] = rows.smoothing.target(n) * w * (targetScale * g);
            scratch.all[i] = rows.everyWeight == null
                    ? rows.smoothing.everyTotal(n) * (everyScale * g)
                    : b * rows.everyWeightSum;
            scratch.minus[i] = FloatCrossEntropyRow.minus(b);
            scratch.targetMinus[i] = rows.everyWeight == null ? b : b * rows.everyWeight[(int) target];
            scratch.targetIsMax[i] = x[xo + i + (int) target * xs] == scratch.max[i];
        }
        scratch.shares(width);
        scratch.gains(width);
        // Known before the map overwrites the columns in place. Any other column with an infinite maximum becomes NaN.
        for (int i = 0; i < width && rows.hasZeros(); i++) {
            scratch.zero[i] = ClassIndices.at(ints, longs, p + i) != rows.ignoreIndex
                    && rows.zeroForMasked(x, xo + i, xs, n, scratch.max[i]);
        }
    }

    private void columnGradients(
            float[] x,
            int xo,
            int xs,
            int n,
            int width,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int p,
            FloatColumnScratch scratch,
            float[] out,
            int oo,
            int os) {
        scratch.expScale(x, xo, xs, rows.everyWeight, n, width, out, oo, os);
        boolean infinite = rows.everyWeight != null && !Double.isFinite(rows.everyWeightSum);
        for (int i = 0; i < width; i++) {
            long target = ClassIndices.at(ints, longs, p + i);
            if (target == rows.ignoreIndex) {
                if (infinite) {
                    // The map has multiplied a weight that is no number by 0.
                    FloatRows.fill(out, oo + i, os, n, Double.isNaN(scratch.excess[i]) ? Float.NaN : 0f);
                }
            } else {
                int at = oo + i + (int) target * os;
                // Nothing is added to the gradient of a maximum: 0 and a zero of either sign would be +0.
                out[at] = Results.toFloat(
                        scratch.targetIsMax[i]
                                ? scratch.maxGradient[i] - scratch.targetMinus[i]
                                : out[at] - scratch.own[i]);
            }
        }
        for (int i = 0; i < width && rows.hasZeros(); i++) {
            if (scratch.zero[i]) {
                FloatRows.fill(out, oo + i, os, n, 0f);
            }
        }
    }

    private void rowGradients(
            FloatStage stage,
            float[] x,
            int xo,
            int xs,
            int n,
            int width,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int p,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            FloatColumnScratch scratch,
            FloatTensor grad,
            int axis) {
        int os = FloatStage.stride(grad, axis);
        for (int i = 0; i < width; i++) {
            long target = ClassIndices.at(ints, longs, p + i);
            int oo = stage.write(OUTPUT, grad, axis, p + i);
            float[] out = stage.array(OUTPUT, grad);
            double excess = scratch.excess[i];
            if (target == rows.ignoreIndex) {
                FloatRows.fill(out, oo, os, n, Double.isNaN(excess) ? Float.NaN : 0f);
            } else {
                double g = gradOutput == null ? upstream : Results.get(gradOutput, p + i);
                double a = targetScale * g;
                double b = everyScale * g;
                rows.gradient(
                        true, x, xo + i, xs, n, (int) target, scratch.max[i], Float.NaN, excess, a, b, out, oo, os);
            }
        }
    }
}
