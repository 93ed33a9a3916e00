// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.Kernels;

/** Binary cross entropy of probabilities: the check of their range, and the kernel. */
final class FloatBce extends FloatElementLoss {
    FloatBce(ElementLossOptions options) {
        super(options);
    }

    @Override
    int[] check(FloatTensor input, FloatTensor target) {
        int[] shape = checkSameShape(input, target);
        checkProbabilities(input, "input", "these look like logits: use BceWithLogitsLoss");
        checkProbabilities(target, "target", "a target is the probability of the positive class, or just 0 or 1");
        return shape;
    }

    @Override
    void compute(FloatChunk chunk, int n, float scale) {
        Kernels.FLOAT.bce(
                chunk.input.array(),
                chunk.input.offset(),
                chunk.target.array(),
                chunk.target.offset(),
                chunk.weight.arrayOrNull(),
                chunk.weight.offset(),
                n,
                options.exact,
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

    private static void checkProbabilities(FloatTensor values, String name, String fix) {
        int[] shape = values.sizes();
        FloatChunk chunk = FloatChunk.borrow();
        try {
            int n;
            for (int start = 0; start < values.numel(); start += n) {
                n = Math.min(FloatLanes.CHUNK, values.numel() - start);
                chunk.input.read(values, shape, start, n);
                float[] x = chunk.input.array();
                int offset = chunk.input.offset();
                if (!Kernels.FLOAT.areProbabilities(x, offset, n)) {
                    int outside = firstOutside(x, offset, n);
                    throw new IllegalArgumentException(name + Broadcast.index(shape, start + outside) + " = "
                            + x[offset + outside] + " is outside [0, 1]; " + fix);
                }
            }
        } finally {
            chunk.giveBack();
        }
    }

    private static int firstOutside(float[] values, int offset, int n) {
        for (int i = 0; i < n; i++) {
            float value = values[offset + i];
            if (!(value >= 0f && value <= 1f)) {
                return i;
            }
        }
        return -1;
    }
}
