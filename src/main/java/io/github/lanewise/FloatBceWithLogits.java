// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/** Binary cross entropy of logits: any numbers, in one shape. */
final class FloatBceWithLogits extends FloatElementLoss {
    private final boolean limit;

    FloatBceWithLogits(ElementLossOptions options) {
        super(options);
        this.limit = options.indeterminate == Indeterminate.LIMIT;
    }

    @Override
    int[] check(FloatTensor input, FloatTensor target) {
        return checkSameShape(input, target);
    }

    @Override
    double quickSum(FloatChunk chunk, int n, float scale) {
        if (chunk.weight.arrayOrNull() != null || chunk.posWeight.arrayOrNull() != null) {
            return Double.NaN;
        }
        boolean both = chunk.gradTarget.arrayOrNull() != null;
        double sum = Kernels.FLOAT.sumBceWithLogits(
                chunk.input.array(),
                chunk.input.offset(),
                chunk.target.array(),
                chunk.target.offset(),
                n,
                scale,
                both ? null : chunk.gradInput.arrayOrNull(),
                chunk.gradInput.offset());
        if (both && !Double.isNaN(sum)) {
            compute(chunk, n, scale);
        }
        return sum;
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
        if (gradX != null) {
            return false;
        }
        chunk.sum = Kernels.FLOAT_NATIVE.sumBceWithLogits(
                x.segment, FloatStorage.address(xPlace), t.segment, FloatStorage.address(tPlace), n);
        return !Double.isNaN(chunk.sum);
    }

    @Override
    void compute(FloatChunk chunk, int n, float scale) {
        Kernels.FLOAT.bceWithLogits(
                chunk.input.array(),
                chunk.input.offset(),
                chunk.target.array(),
                chunk.target.offset(),
                chunk.weight.arrayOrNull(),
                chunk.weight.offset(),
                chunk.posWeight.arrayOrNull(),
                chunk.posWeight.offset(),
                n,
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
