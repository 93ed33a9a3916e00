// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OTHER;
import static io.github.lanewise.FloatStage.OTHER_OUTPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.ScratchPool;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The walk of the cosine embedding loss over pairs of rows. */
final class FloatCosineEmbedding {
    /** Pairs whose sums are all found before the first cosine, so that a CPU need not wait for the roots and divisions of each. */
    private static final int BLOCK = 32;

    private static final ScratchPool<FloatCosineEmbedding> POOL = new ScratchPool<>(FloatCosineEmbedding::new);

    /** Gradients of inputs that are repeated, summed over the repetitions. */
    private double[] sums1 = new double[0];

    private double[] sums2 = new double[0];

    /** The sums of the pairs of a block. */
    private final double[] products = new double[3 * BLOCK];

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
        FloatStage stage = FloatStage.of(input1, input2, gradInput1, gradInput2);
        boolean blocks = !repeated && isReached(input1, axis) && isReached(input2, axis);
        double sum = 0.0;
        double lost = 0.0;
        for (int p = 0; p < rows; p++) {
            int inBlock = p % BLOCK;
            if (blocks && inBlock == 0) {
                sums.multiply(row, input1, input2, axis, p, Math.min(BLOCK, rows - p));
            }
            long target = ClassIndices.at(ints, longs, p);
            double loss = 0.0;
            if (blocks) {
                row.take(
                        input1.array(),
                        Positions.offset(input1, axis, p),
                        input2.array(),
                        Positions.offset(input2, axis, p),
                        Positions.length(input1, axis),
                        sums.products,
                        3 * inBlock);
                loss = loss(row, target, margin);
            } else if (target == 1 || target == -1 || gradInput1 != null) {
                int offset1 = stage.read(INPUT, input1, axis, row(input1, p));
                int offset2 = stage.read(OTHER, input2, axis, row(input2, p));
                row.take(
                        stage.array(INPUT, input1),
                        offset1,
                        FloatStage.stride(input1, axis),
                        Positions.length(input1, axis),
                        stage.array(OTHER, input2),
                        offset2,
                        FloatStage.stride(input2, axis),
                        Positions.length(input2, axis));
                loss = loss(row, target, margin);
            }
            if (gradInput1 != null) {
                double g = gradOutput == null ? upstream : Results.get(gradOutput, p);
                double factor = factor(row.cosine(), target, margin, g);
                if (repeated) {
                    sums.add(stage, row, factor, p, rows, gradInput1, gradInput2);
                } else {
                    gradients(stage, row, factor, p, axis, gradInput1, gradInput2);
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
        stage.finish();
        if (repeated && rows == 0) {
            clear(gradInput1);
            clear(gradInput2);
        }
        POOL.giveBack(sums);
        return Results.total(sum, lost);
    }

    /** Whether the kernels reach the vectors of a view where they are. */
    private static boolean isReached(FloatTensor x, int axis) {
        return x.hasArray() && Positions.stride(x, axis) == 1;
    }

    /** Finds the sums of consecutive pairs. */
    private void multiply(FloatCosineRow row, FloatTensor input1, FloatTensor input2, int axis, int first, int count) {
        float[] x1 = input1.array();
        float[] x2 = input2.array();
        int n = Positions.length(input1, axis);
        for (int i = 0; i < count; i++) {
            int offset1 = Positions.offset(input1, axis, first + i);
            int offset2 = Positions.offset(input2, axis, first + i);
            row.multiply(x1, offset1, 1, 1f, x2, offset2, 1, 1f, n, products, 3 * i);
        }
    }

    /** Whether a row or an element stands for several. */
    static boolean isRepeated(FloatTensor input1, FloatTensor input2, int rows) {
        int axis = input1.rank() - 1;
        boolean sameRows = axis == 0 || (input1.sizes()[0] == rows && input2.sizes()[0] == rows);
        return !sameRows || input1.sizes()[axis] != input2.sizes()[axis];
    }

    /** The row of an input that belongs to a pair. */
    private static int row(FloatTensor x, int p) {
        return x.rank() == 1 || x.sizes()[0] == 1 ? 0 : p;
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
            FloatStage stage,
            FloatCosineRow row,
            double factor,
            int p,
            int axis,
            FloatTensor gradInput1,
            @Nullable FloatTensor gradInput2) {
        int offset1 = stage.write(OUTPUT, gradInput1, axis, row(gradInput1, p));
        float[] out1 = stage.array(OUTPUT, gradInput1);
        int stride1 = FloatStage.stride(gradInput1, axis);
        int offset2 = offset1;
        float[] out2 = out1;
        int stride2 = stride1;
        if (gradInput2 != null) {
            offset2 = stage.write(OTHER_OUTPUT, gradInput2, axis, row(gradInput2, p));
            out2 = stage.array(OTHER_OUTPUT, gradInput2);
            stride2 = FloatStage.stride(gradInput2, axis);
        }
        if (factor == 0.0 || Double.isNaN(factor)) {
            float value = factor == 0.0 ? 0f : Float.NaN;
            int n = gradInput1.sizes()[axis];
            FloatRows.fill(out1, offset1, stride1, n, value);
            FloatRows.fill(out2, offset2, stride2, n, value);
        } else {
            row.gradients(factor, out1, offset1, stride1, gradInput2 != null, out2, offset2, stride2);
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
            FloatStage stage,
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
        flush(stage, OUTPUT, sums1, gradInput1, p, rows);
        if (gradInput2 != null) {
            flush(stage, OTHER_OUTPUT, sums2, gradInput2, p, rows);
        }
    }

    /** Writes the sums where no row is left that adds to them. */
    private static void flush(FloatStage stage, int number, double[] sums, FloatTensor grad, int p, int rows) {
        int axis = grad.rank() - 1;
        if (axis == 1 && grad.sizes()[0] == 1 && p < rows - 1) {
            return;
        }
        int n = grad.sizes()[axis];
        int offset = stage.write(number, grad, axis, row(grad, p));
        float[] out = stage.array(number, grad);
        int stride = FloatStage.stride(grad, axis);
        for (int i = 0; i < n; i++) {
            out[offset + i * stride] = Results.toFloat(sums[i]);
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
