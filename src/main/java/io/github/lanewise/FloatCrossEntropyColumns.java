// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatRowMaps;
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

    /** How many consecutive positions a walk may take together; 0 if it has to take one after the other. */
    int run(FloatSamples samples) {
        int run = samples.n == 0 ? 0 : Positions.columnRun(samples.scores, samples.axis);
        return run > 0 || rows.smoothing.leavesTargetOut()
                ? run
                : FloatRowTile.run(samples.scores, samples.grad, samples.axis);
    }

    /**
     * Walks all positions; see {@link FloatIndexLoss#walk}.
     *
     * @param run how many may be taken together
     */
    double walk(FloatSamples samples, int run) {
        int tasks = samples.tasks(rows.options, (long) samples.count * samples.n);
        if (tasks > 1) {
            double[] losses = new double[samples.count];
            rows.options.run(
                    tasks, samples.count, FloatColumnScratch.TILE, (from, to) -> tiles(samples, run, losses, from, to));
            return samples.total(losses);
        }
        return tiles(samples, run, null, 0, samples.count);
    }

    /** Computes some positions; gives the sum of their losses, and puts each where losses are collected, if they are, else in its place. */
    private double tiles(FloatSamples samples, int run, double @Nullable [] losses, int from, int to) {
        FloatColumnScratch scratch = FloatColumnScratch.borrow();
        FloatStage stage = FloatStage.of(samples.scores, samples.grad);
        boolean runs = samples.grad != null && Positions.hasRun(samples.grad, samples.axis, run);
        boolean areRows = Positions.stride(samples.scores, samples.axis) == 1;
        double sum = 0.0;
        double lost = 0.0;
        int width;
        for (int p = from; p < to; p += width) {
            width = Math.min(Math.min(run - p % run, FloatColumnScratch.TILE), to - p);
            if (areRows) {
                rowTile(samples, scratch, p, width);
            } else {
                columnTile(samples, stage, scratch, runs, p, width);
            }
            for (int i = 0; i < width; i++) {
                double loss = scratch.loss[i];
                samples.put(losses, p + i, loss);
                double next = sum + loss;
                lost += Results.lost(sum, loss, next);
                sum = next;
            }
        }
        stage.finish();
        scratch.giveBack();
        return Results.total(sum, lost);
    }

    /** The losses of a tile of short rows, into the scratch, and its gradients if there is a place for them. */
    private void rowTile(FloatSamples samples, FloatColumnScratch scratch, int p, int width) {
        int n = samples.n;
        int xo = Positions.offset(samples.scores, samples.axis, p);
        float[] x = samples.scores.array();
        FloatRowTile tile = scratch.rows();
        tile.read(x, xo, n, width);
        scratch.logs(width);
        for (int i = 0; i < width; i++) {
            scratch.loss[i] = samples.isIgnored(p + i)
                    ? 0.0
                    : rows.value(
                            x,
                            xo + i * n,
                            1,
                            n,
                            (int) samples.target(p + i),
                            scratch.max[i],
                            scratch.log[i],
                            samples.targetScale,
                            samples.everyScale);
        }
        FloatTensor grad = samples.grad;
        if (grad == null) {
            return;
        }
        int stride = FloatColumnScratch.TILE;
        prepareGradients(samples, scratch, tile.elements, 0, stride, p, width);
        columnGradients(samples, scratch, tile.elements, 0, stride, p, width, tile.elements, 0, stride);
        float[] out = grad.array();
        int oo = Positions.offset(grad, samples.axis, p);
        boolean weighted = rows.everyWeight != null && !rows.smoothing.isNone();
        if (!weighted && !scratch.anyRescaled(width)) {
            tile.write(n, width, out, oo);
            return;
        }
        for (int i = 0; i < width; i++) {
            if (!samples.isIgnored(p + i) && (weighted || scratch.isRescaled(i))) {
                // Not to the bit what a row alone has.
                rowGradient(samples, scratch, false, p, i, x, xo + i * n, 1, out, oo + i * n, 1);
            } else {
                tile.writeRow(i, n, out, oo + i * n);
            }
        }
    }

    /** The losses of a tile of columns, into the scratch, and its gradients if there is a place for them. */
    private void columnTile(
            FloatSamples samples, FloatStage stage, FloatColumnScratch scratch, boolean runs, int p, int width) {
        FloatColumnTile tile = scratch.columns();
        tile.read(stage, samples.scores, samples.axis, p, width);
        float[] x = tile.elements;
        int xo = tile.offset;
        int xs = tile.stride;
        scratch.logs(width);
        if (rows.asksForBelow()) {
            Kernels.FLOAT.columnSumBelow(x, xo, xs, rows.everyWeight, 0, samples.n, width, scratch.max, scratch.below);
        }
        for (int i = 0; i < width; i++) {
            scratch.loss[i] = samples.isIgnored(p + i) ? 0.0 : columnValue(samples, scratch, x, xo + i, xs, p + i, i);
        }
        FloatTensor grad = samples.grad;
        if (grad == null) {
            return;
        }
        boolean together = runs && !rows.smoothing.leavesTargetOut();
        if (together) {
            prepareGradients(samples, scratch, x, xo, xs, p, width);
            // A factor so small that a column alone takes it in another scale has no normal number for a gain here.
            together = !scratch.anyRescaled(width);
        }
        if (together) {
            tile.beginOutput(stage, grad, samples.axis, p, width);
            columnGradients(samples, scratch, x, xo, xs, p, width, tile.out, tile.outOffset, tile.outStride);
            tile.endOutput(grad, samples.axis, p, width);
        } else {
            rowGradients(samples, stage, scratch, x, xo, xs, p, width, grad);
        }
    }

    private double columnValue(
            FloatSamples samples, FloatColumnScratch scratch, float[] x, int xo, int xs, int p, int i) {
        float max = scratch.max[i];
        double below = scratch.below[i];
        if (rows.asksForBelow() && Double.isNaN(below)) {
            // Infinite terms leave NaN in a compensated sum; the row's sum tells infinity and NaN apart.
            below = rows.below(x, xo, xs, samples.n, max);
        }
        return rows.value(
                x,
                xo,
                xs,
                samples.n,
                (int) samples.target(p),
                max,
                scratch.log[i],
                below,
                samples.targetScale,
                samples.everyScale);
    }

    /** Fills what the map over columns needs: factors, what is subtracted, and the targets' own gradients. */
    private void prepareGradients(
            FloatSamples samples, FloatColumnScratch scratch, float[] x, int xo, int xs, int p, int width) {
        int n = samples.n;
        for (int i = 0; i < width; i++) {
            if (samples.isIgnored(p + i)) {
                // Nothing, but NaN where the excess is.
                scratch.own[i] = 0.0;
                scratch.all[i] = 0.0;
                scratch.minus[i] = 0f;
                continue;
            }
            int target = (int) samples.target(p + i);
            double g = samples.upstream(p + i);
            double w = rows.weight == null ? 1.0 : rows.weight[target];
            double b = rows.smoothing.ofEvery(n, samples.everyScale * g);
            scratch.own[i] = rows.smoothing.target(n) * w * (samples.targetScale * g);
            scratch.all[i] = rows.everyWeight == null
                    ? rows.smoothing.ofEveryTotal(n, samples.everyScale * g)
                    : rows.ofEveryWeight(b);
            scratch.minus[i] = FloatCrossEntropyRow.minus(b);
            scratch.targetMinus[i] = rows.everyGradient(b, target);
            scratch.targetIsMax[i] = x[xo + i + target * xs] == scratch.max[i] && !Double.isInfinite(scratch.own[i]);
        }
        scratch.shares(width);
        scratch.gains(width);
        if (scratch.mayBeCertain()) {
            findCertain(samples, scratch, x, xo, xs, p, width);
        }
        // Known before the map overwrites the columns in place. Any other column with an infinite maximum becomes NaN.
        for (int i = 0; i < width && rows.hasZeros(); i++) {
            scratch.zero[i] = rows.zeroForMasked(x, xo + i, xs, n, scratch.max[i]);
        }
    }

    /** Where classes that have nearly everything, and are not the targets, stand, and their gradients. */
    private void findCertain(
            FloatSamples samples, FloatColumnScratch scratch, float[] x, int xo, int xs, int p, int width) {
        int n = samples.n;
        for (int i = 0; i < width; i++) {
            double factor = scratch.factor[i];
            boolean settled = samples.isIgnored(p + i) || scratch.targetIsMax[i] || !Double.isFinite(factor);
            int certain = settled ? -1 : FloatRowMaps.certain(scratch.excess[i], x, xo + i, xs, n, scratch.max[i]);
            scratch.certain[i] = certain;
            if (certain >= 0) {
                double b = rows.smoothing.ofEvery(n, samples.everyScale * samples.upstream(p + i));
                scratch.certainGradient[i] = factor - rows.everyGradient(b, certain);
            }
        }
    }

    private void columnGradients(
            FloatSamples samples,
            FloatColumnScratch scratch,
            float[] x,
            int xo,
            int xs,
            int p,
            int width,
            float[] out,
            int oo,
            int os) {
        int n = samples.n;
        scratch.expScale(x, xo, xs, rows.everyWeight, n, width, out, oo, os);
        boolean infinite = rows.everyWeight != null && !Double.isFinite(rows.everyWeightSum);
        for (int i = 0; i < width; i++) {
            if (samples.isIgnored(p + i)) {
                if (infinite) {
                    // The map has multiplied a weight that is no number by 0.
                    FloatRows.fill(out, oo + i, os, n, Double.isNaN(scratch.excess[i]) ? Float.NaN : 0f);
                }
            } else {
                int at = oo + i + (int) samples.target(p + i) * os;
                // Nothing is added to the gradient of a maximum: 0 and a zero of either sign would be +0.
                out[at] = Results.toFloat(
                        scratch.targetIsMax[i]
                                ? scratch.maxGradient[i] - scratch.targetMinus[i]
                                : out[at] - scratch.own[i]);
            }
        }
        for (int i = 0; i < width && scratch.mayBeCertain(); i++) {
            if (scratch.certain[i] >= 0) {
                out[oo + i + scratch.certain[i] * os] = Results.toFloat(scratch.certainGradient[i]);
            }
        }
        for (int i = 0; i < width && rows.hasZeros(); i++) {
            if (scratch.zero[i]) {
                FloatRows.fill(out, oo + i, os, n, 0f);
            }
        }
    }

    private void rowGradients(
            FloatSamples samples,
            FloatStage stage,
            FloatColumnScratch scratch,
            float[] x,
            int xo,
            int xs,
            int p,
            int width,
            FloatTensor grad) {
        int os = FloatStage.stride(grad, samples.axis);
        for (int i = 0; i < width; i++) {
            int oo = stage.write(OUTPUT, grad, samples.axis, p + i);
            float[] out = stage.array(OUTPUT, grad);
            if (samples.isIgnored(p + i)) {
                float none = rows.gradientOfIgnored(x, xo + i, xs, samples.n, scratch.max[i], scratch.excess[i]);
                FloatRows.fill(out, oo, os, samples.n, none);
            } else {
                rowGradient(samples, scratch, true, p, i, x, xo + i, xs, out, oo, os);
            }
        }
    }

    /** The gradient of one of the tile's samples as that of a row alone, or of a column alone. */
    private void rowGradient(
            FloatSamples samples,
            FloatColumnScratch scratch,
            boolean column,
            int p,
            int i,
            float[] x,
            int xo,
            int xs,
            float[] out,
            int oo,
            int os) {
        int target = (int) samples.target(p + i);
        double g = samples.upstream(p + i);
        double a = samples.targetScale * g;
        double b = samples.everyScale * g;
        float max = scratch.max[i];
        rows.gradient(column, x, xo, xs, samples.n, target, max, Float.NaN, scratch.excess[i], a, b, out, oo, os);
    }
}
