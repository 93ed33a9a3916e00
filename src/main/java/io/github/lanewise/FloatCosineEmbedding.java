// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.ScratchPool;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The walk of the cosine embedding loss over pairs of rows. */
final class FloatCosineEmbedding {
    private static final ScratchPool<FloatCosineEmbedding> POOL = new ScratchPool<>(FloatCosineEmbedding::new);

    /** Gradients of inputs that are repeated, summed over the repetitions. */
    private double[] sums1 = new double[0];

    private double[] sums2 = new double[0];

    private FloatCosineEmbedding() {}

    /**
     * Walks all pairs: writes the losses and gradients that are asked for.
     *
     * @param upstream gradient of every loss, where gradOutput is null
     * @return the sum of the losses
     */
    static double walk(
            FloatTensor input1,
            FloatTensor input2,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int rows,
            double margin,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradInput1,
            @Nullable FloatTensor gradInput2) {
        int axis = input1.rank() - 1;
        boolean repeated = isRepeated(input1, input2, rows);
        FloatCosineEmbedding sums = POOL.borrow();
        if (repeated) {
            sums.prepare(gradInput1, gradInput2, axis);
        }
        FloatCosineRow row = FloatCosineRow.borrow();
        double sum = 0.0;
        double lost = 0.0;
        for (int p = 0; p < rows; p++) {
            long target = ClassIndices.at(ints, longs, p);
            double loss = 0.0;
            if (target == 1 || target == -1 || gradInput1 != null) {
                row.take(
                        input1.array(),
                        offset(input1, p),
                        Positions.stride(input1, axis),
                        Positions.length(input1, axis),
                        input2.array(),
                        offset(input2, p),
                        Positions.stride(input2, axis),
                        Positions.length(input2, axis));
                loss = loss(row, target, margin);
            }
            if (gradInput1 != null) {
                double g = gradOutput == null ? upstream : Results.get(gradOutput, p);
                double factor = factor(row.cosine(), target, margin, g);
                if (repeated) {
                    sums.add(row, factor, p, rows, gradInput1, gradInput2);
                } else {
                    gradients(row, factor, p, axis, gradInput1, gradInput2);
                }
            }
            if (perSample != null) {
                Results.set(perSample, p, loss);
            }
            double next = sum + loss;
            lost += Results.lost(sum, loss, next);
            sum = next;
        }
        row.giveBack();
        if (repeated && rows == 0) {
            clear(gradInput1);
            clear(gradInput2);
        }
        POOL.giveBack(sums);
        return Results.total(sum, lost);
    }

    /** Whether a row or an element stands for several. */
    static boolean isRepeated(FloatTensor input1, FloatTensor input2, int rows) {
        int axis = input1.rank() - 1;
        boolean sameRows = axis == 0 || (input1.sizes()[0] == rows && input2.sizes()[0] == rows);
        return !sameRows || input1.sizes()[axis] != input2.sizes()[axis];
    }

    private static int offset(FloatTensor x, int p) {
        return x.offset() + (x.rank() == 1 || x.sizes()[0] == 1 ? 0 : p * x.strides()[0]);
    }

    private static double loss(FloatCosineRow row, long target, double margin) {
        if (target == 1) {
            return row.oneMinusCosine();
        }
        return target == -1 ? Math.max(0.0, row.cosine() - margin) : 0.0;
    }

    /**
     * What the gradient of the cosine is multiplied by; a cosine that is NaN makes it NaN for every target, as in
     * PyTorch.
     */
    private static double factor(double cosine, long target, double margin, double g) {
        if (Double.isNaN(cosine)) {
            return Double.NaN;
        }
        if (target == 1) {
            return -g;
        }
        return target == -1 && cosine >= margin ? g : 0.0;
    }

    private static void gradients(
            FloatCosineRow row,
            double factor,
            int p,
            int axis,
            FloatTensor gradInput1,
            @Nullable FloatTensor gradInput2) {
        FloatTensor grad2 = gradInput2 == null ? gradInput1 : gradInput2;
        int offset1 = offset(gradInput1, p);
        int offset2 = offset(grad2, p);
        int stride1 = Positions.stride(gradInput1, axis);
        int stride2 = Positions.stride(grad2, axis);
        if (factor == 0.0 || Double.isNaN(factor)) {
            float value = factor == 0.0 ? 0f : Float.NaN;
            FloatRows.fill(gradInput1.array(), offset1, stride1, gradInput1.sizes()[axis], value);
            FloatRows.fill(grad2.array(), offset2, stride2, grad2.sizes()[axis], value);
        } else {
            row.gradients(
                    factor, gradInput1.array(), offset1, stride1, gradInput2 != null, grad2.array(), offset2, stride2);
        }
    }

    private void prepare(@Nullable FloatTensor gradInput1, @Nullable FloatTensor gradInput2, int axis) {
        if (gradInput1 != null) {
            sums1 = cleared(sums1, gradInput1.sizes()[axis]);
        }
        if (gradInput2 != null) {
            sums2 = cleared(sums2, gradInput2.sizes()[axis]);
        }
    }

    private static double[] cleared(double[] sums, int n) {
        if (sums.length < n) {
            return new double[n];
        }
        Arrays.fill(sums, 0, n, 0.0);
        return sums;
    }

    private void add(
            FloatCosineRow row,
            double factor,
            int p,
            int rows,
            FloatTensor gradInput1,
            @Nullable FloatTensor gradInput2) {
        if (factor != 0.0) {
            row.addGradient1(factor, sums1);
            if (gradInput2 != null) {
                row.addGradient2(factor, sums2);
            }
        }
        flush(sums1, gradInput1, p, rows);
        if (gradInput2 != null) {
            flush(sums2, gradInput2, p, rows);
        }
    }

    /** Writes the sums where no row is left that adds to them. */
    private static void flush(double[] sums, FloatTensor grad, int p, int rows) {
        int axis = grad.rank() - 1;
        if (axis == 1 && grad.sizes()[0] == 1 && p < rows - 1) {
            return;
        }
        int n = grad.sizes()[axis];
        int offset = offset(grad, p);
        int stride = Positions.stride(grad, axis);
        for (int i = 0; i < n; i++) {
            grad.array()[offset + i * stride] = Results.toFloat(sums[i]);
        }
        Arrays.fill(sums, 0, n, 0.0);
    }

    /** A row that stands for none has the gradient 0. */
    private static void clear(@Nullable FloatTensor grad) {
        if (grad != null) {
            for (int i = 0; i < grad.numel(); i++) {
                Results.set(grad, i, 0.0);
            }
        }
    }
}
