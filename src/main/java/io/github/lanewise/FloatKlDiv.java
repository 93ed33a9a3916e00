// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.Kernels;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
        return withRest(sum, chunk, whole, rest, scale);
    }

    /** A sum and the losses of the last elements of a chunk, fewer than a block; NaN if that is not finite. */
    private double withRest(double sum, FloatChunk chunk, int from, int rest, float scale) {
        chunk.output.keep();
        float[] losses = chunk.output.array();
        Kernels.FLOAT.klDiv(
                chunk.input.array(),
                chunk.input.offset() + from,
                chunk.target.array(),
                chunk.target.offset() + from,
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
    boolean computeInPlace(
            FloatChunk chunk,
            FloatStorage x,
            int xPlace,
            FloatStorage t,
            int tPlace,
            int n,
            float scale,
            @Nullable FloatStorage gradX,
            int gradXPlace) {
        int rest = n % FloatLanes.BLOCK;
        int whole = n - rest;
        if (options.logTarget || gradX != null || whole == 0) {
            return false;
        }
        double sum = Kernels.FLOAT_NATIVE.sumKlDiv(
                x.segment, FloatStorage.address(xPlace), t.segment, FloatStorage.address(tPlace), whole);
        if (rest != 0 && !Double.isNaN(sum)) {
            chunk.readPair(x, xPlace + whole, t, tPlace + whole, rest);
            sum = withRest(sum, chunk, 0, rest, scale);
        }
        chunk.sum = sum;
        return !Double.isNaN(sum);
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
