// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.Kernels;
import java.util.Objects;

/** Kullback-Leibler divergence: any numbers, in shapes that can be repeated to a common one. */
final class FloatKlDiv extends FloatElementLoss {
    private final boolean limit;

    FloatKlDiv(ElementLossOptions options) {
        super(options);
        this.limit = options.indeterminate == Indeterminate.LIMIT;
    }

    @Override
    int[] check(FloatTensor input, FloatTensor target) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(target, "target");
        return Broadcast.shape("input", input, "target", target);
    }

    /** The bits are those of the losses' sum. */
    @Override
    double quickSum(FloatChunk chunk, int n, float scale) {
        if (options.logTarget || chunk.gradInput.arrayOrNull() != null || chunk.gradTarget.arrayOrNull() != null) {
            return Double.NaN;
        }
        int rest = n % FloatLanes.BLOCK;
        int whole = n - rest;
        float[] x = chunk.input.array();
        float[] t = chunk.target.array();
        int xOffset = chunk.input.offset();
        int tOffset = chunk.target.offset();
        double sum = whole == 0 ? 0.0 : Kernels.FLOAT.sumKlDiv(x, xOffset, t, tOffset, whole);
        if (rest == 0 || Double.isNaN(sum)) {
            return sum;
        }
        chunk.output.keep();
        float[] losses = chunk.output.array();
        Kernels.FLOAT.klDiv(
                x,
                xOffset + whole,
                t,
                tOffset + whole,
                rest,
                false,
                limit,
                null,
                0,
                scale,
                losses,
                0,
                null,
                0,
                null,
                0);
        double last = Kernels.FLOAT.sum(losses, 0, rest);
        return Double.isFinite(last) ? sum + last : Double.NaN;
    }

    @Override
    void compute(FloatChunk chunk, int n, float scale) {
        Kernels.FLOAT.klDiv(
                chunk.input.array(),
                chunk.input.offset(),
                chunk.target.array(),
                chunk.target.offset(),
                n,
                options.logTarget,
                limit,
                chunk.gradOutput.arrayOrNull(),
                chunk.gradOutput.offset(),
                scale,
                chunk.output.arrayOrNull(),
                chunk.output.offset(),
                chunk.gradInput.arrayOrNull(),
                chunk.gradInput.offset(),
                chunk.gradTarget.arrayOrNull(),
                chunk.gradTarget.offset());
    }
}
