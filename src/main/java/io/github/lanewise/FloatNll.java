// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatRows;
import org.jspecify.annotations.Nullable;

/** The walk of the negative log-likelihood. */
final class FloatNll extends FloatIndexLoss {
    FloatNll(ClassLossOptions options) {
        super(options, "input", "gradInput");
    }

    @Override
    double walk(
            FloatTensor input,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradInput) {
        int axis = input.rank() == 1 ? 0 : 1;
        int count = Positions.count(input, axis);
        int stride = Positions.stride(input, axis);
        double sum = 0.0;
        double lost = 0.0;
        for (int p = 0; p < count; p++) {
            long target = ClassIndices.at(ints, longs, p);
            double loss = 0.0;
            if (target != options.ignoreIndex) {
                int at = Positions.offset(input, axis, p) + (int) target * stride;
                double w = weight == null ? 1.0 : weight[(int) target];
                loss = -w * input.element(at);
            }
            if (perSample != null) {
                Results.set(perSample, p, loss);
            }
            double next = sum + loss;
            lost += Results.lost(sum, loss, next);
            sum = next;
        }
        if (gradInput != null) {
            gradient(input, axis, ints, longs, upstream, gradOutput, gradInput);
        }
        return Results.total(sum, lost);
    }

    private void gradient(
            FloatTensor input,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double upstream,
            @Nullable FloatTensor gradOutput,
            FloatTensor gradInput) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int stride = FloatStage.stride(gradInput, axis);
        FloatStage stage = FloatStage.of(gradInput);
        for (int p = 0; p < count; p++) {
            long target = ClassIndices.at(ints, longs, p);
            int offset = stage.write(OUTPUT, gradInput, axis, p);
            float[] out = stage.array(OUTPUT, gradInput);
            FloatRows.fill(out, offset, stride, n, 0f);
            if (target != options.ignoreIndex) {
                double g = gradOutput == null ? upstream : Results.get(gradOutput, p);
                double w = weight == null ? 1.0 : weight[(int) target];
                out[offset + (int) target * stride] = Results.toFloat(-w * g);
            }
        }
        stage.finish();
    }
}
