// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatRows;

/** The walk of the negative log-likelihood. */
final class FloatNll extends FloatIndexLoss {
    FloatNll(ClassLossOptions options) {
        super(options, "input", "gradInput");
    }

    @Override
    double walk(FloatSamples samples) {
        FloatTensor input = samples.scores;
        int axis = samples.axis;
        int stride = Positions.stride(input, axis);
        double sum = 0.0;
        double lost = 0.0;
        for (int p = 0; p < samples.count; p++) {
            double loss = 0.0;
            if (!samples.isIgnored(p)) {
                int target = (int) samples.target(p);
                double w = weight == null ? 1.0 : weight[target];
                loss = -w * input.element(Positions.offset(input, axis, p) + target * stride);
            }
            samples.put(null, p, loss);
            double next = sum + loss;
            lost += Results.lost(sum, loss, next);
            sum = next;
        }
        if (samples.grad != null) {
            gradient(samples, samples.grad);
        }
        return Results.total(sum, lost);
    }

    private void gradient(FloatSamples samples, FloatTensor gradInput) {
        int axis = samples.axis;
        int stride = FloatStage.stride(gradInput, axis);
        FloatStage stage = FloatStage.of(gradInput);
        for (int p = 0; p < samples.count; p++) {
            int offset = stage.write(OUTPUT, gradInput, axis, p);
            float[] out = stage.array(OUTPUT, gradInput);
            FloatRows.fill(out, offset, stride, samples.n, 0f);
            if (!samples.isIgnored(p)) {
                int target = (int) samples.target(p);
                double w = weight == null ? 1.0 : weight[target];
                out[offset + target * stride] = Results.toFloat(-w * samples.upstream(p));
            }
        }
        stage.finish();
    }
}
