// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/** Binary cross entropy of probabilities: the check of their range, and the kernel. */
final class FloatBce extends FloatElementLoss {
    /** Rounding may take a probability this far out of its range. */
    private static final float NEAR = 0x1p-10f;

    private static final String UNDEFINED = "look for what has made it NaN";
    private static final String ROUNDED = "if rounding has taken it out of there, clamp it";

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
        float[] losses = chunk.output.array();
        int whole = n - n % FloatLanes.LANES;
        boolean done = Kernels.FLOAT_NATIVE.bce(
                x.segment,
                FloatStorage.address(xPlace),
                t.segment,
                FloatStorage.address(tPlace),
                whole,
                options.exact,
                scale,
                losses,
                0,
                gradX == null ? null : gradX.segment,
                FloatStorage.address(gradXPlace));
        if (done) {
            if (whole < n) {
                int rest = n - whole;
                chunk.readPair(x, xPlace + whole, t, tPlace + whole, rest);
                if (gradX != null) {
                    chunk.gradInput.keep();
                }
                Kernels.FLOAT.bce(
                        chunk.input.array(),
                        0,
                        chunk.target.array(),
                        0,
                        null,
                        0,
                        rest,
                        options.exact,
                        null,
                        0,
                        scale,
                        losses,
                        whole,
                        gradX == null ? null : chunk.gradInput.array(),
                        0,
                        null,
                        0);
                if (gradX != null) {
                    gradX.write(chunk.gradInput.array(), 0, rest, gradXPlace + whole, 1);
                }
            }
            chunk.sum = FloatRows.sum(losses, 0, 1, n);
        }
        return done;
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
        FloatStorage storage = FloatOperand.nativeInOrder(values);
        FloatChunk chunk = FloatChunk.borrow();
        try {
            int n;
            for (int start = 0; start < values.numel(); start += n) {
                n = Math.min(FloatLanes.CHUNK, values.numel() - start);
                int whole = n - n % FloatLanes.LANES;
                if (storage != null
                        && whole > 0
                        && Kernels.FLOAT_NATIVE.areProbabilities(
                                storage.segment, FloatStorage.address(values.offset() + start), whole)) {
                    n = whole;
                    continue;
                }
                chunk.input.read(values, shape, start, n);
                float[] x = chunk.input.array();
                int offset = chunk.input.offset();
                if (!Kernels.FLOAT.areProbabilities(x, offset, n)) {
                    int outside = firstOutside(x, offset, n);
                    float value = x[offset + outside];
                    throw new IllegalArgumentException(
                            name + Broadcast.index(shape, start + outside) + " = " + value + " is not in [0, 1]; "
                                    + (Float.isNaN(value) ? UNDEFINED : isOffByRounding(value) ? ROUNDED : fix));
                }
            }
        } finally {
            chunk.giveBack();
        }
    }

    private static boolean isOffByRounding(float value) {
        return value > -NEAR && value < 1f + NEAR;
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
