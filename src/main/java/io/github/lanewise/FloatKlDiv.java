// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

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
