// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import io.github.lanewise.jmh.candidate.ArrayCandidate.Call;
import io.github.lanewise.jmh.candidate.ArrayCandidate.Outputs;

/**
 * The operations as one would write them without a library: loops over arrays with {@link Math#exp(double)} and {@link
 * Math#log(double)}, sums in double, exponentials computed once and kept where there is an array for them. Gradients of the
 * losses of rows and elements; the functions come without.
 */
final class PlainLoops implements Implementation {
    @Override
    public String name() {
        return "plain";
    }

    @Override
    public String description() {
        return "plain Java loops with Math.exp";
    }

    @Override
    public boolean offers(Operation operation, boolean gradient, Shape shape) {
        return !gradient || (operation.isLoss() && operation != Operation.COSINE_EMBEDDING);
    }

    @Override
    public Candidate prepare(Problem problem) {
        Outputs outputs = new Outputs(problem);
        return new ArrayCandidate(outputs, call(problem, outputs));
    }

    private static Call call(Problem problem, Outputs outputs) {
        float[] x = problem.first();
        float[] t = problem.second();
        int[] target = problem.target();
        float[] y = outputs.values;
        float[] g = outputs.gradient;
        Shape shape = problem.shape();
        boolean gradient = problem.gradient();
        return switch (problem.operation()) {
            case LOG_SUM_EXP -> () -> PlainRows.logSumExp(x, shape, y);
            case SOFTMAX -> () -> PlainRows.softmax(x, shape, y);
            case LOG_SOFTMAX -> () -> PlainRows.logSoftmax(x, shape, y);
            case ENTROPY -> () -> PlainRows.entropy(x, shape, y);
            case NLL -> gradient ? () -> PlainRows.nll(x, target, shape, g) : () -> PlainRows.nll(x, target, shape);
            case CROSS_ENTROPY ->
                gradient
                        ? () -> PlainRows.crossEntropy(x, target, shape, g)
                        : () -> PlainRows.crossEntropy(x, target, shape);
            case CROSS_ENTROPY_SMOOTHED ->
                gradient ? () -> PlainRows.smoothed(x, target, shape, g) : () -> PlainRows.smoothed(x, target, shape);
            case CROSS_ENTROPY_PROBABILITIES ->
                gradient ? () -> PlainRows.probabilities(x, t, shape, g) : () -> PlainRows.probabilities(x, t, shape);
            case COSINE_EMBEDDING -> () -> PlainRows.cosine(x, t, target, shape);
            case BCE -> gradient ? () -> bce(x, t, g) : () -> bce(x, t);
            case BCE_WITH_LOGITS -> gradient ? () -> bceWithLogits(x, t, g) : () -> bceWithLogits(x, t);
            case KL_DIV -> {
                int samples = shape.samples();
                yield gradient ? () -> klDiv(x, t, samples, g) : () -> klDiv(x, t, samples);
            }
            case EXP -> () -> exp(x, y);
            case EXPM1 -> () -> expm1(x, y);
            case LOG -> () -> log(x, y);
            case LOG1P -> () -> log1p(x, y);
            case TANH -> () -> tanh(x, y);
            case SIGMOID -> () -> sigmoid(x, y);
            case LOG_SIGMOID -> () -> logSigmoid(x, y);
            case SOFTPLUS -> () -> softplus(x, y);
        };
    }

    private static float bce(float[] x, float[] t) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum -= t[i] * Math.log(x[i]) + (1 - t[i]) * Math.log1p(-x[i]);
        }
        return (float) (sum / x.length);
    }

    private static float bce(float[] x, float[] t, float[] g) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum -= t[i] * Math.log(x[i]) + (1 - t[i]) * Math.log1p(-x[i]);
            g[i] = (x[i] - t[i]) / ((1 - x[i]) * x[i] * x.length);
        }
        return (float) (sum / x.length);
    }

    private static float bceWithLogits(float[] x, float[] t) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += Math.max(x[i], 0) - x[i] * t[i] + Math.log1p(Math.exp(-Math.abs(x[i])));
        }
        return (float) (sum / x.length);
    }

    private static float bceWithLogits(float[] x, float[] t, float[] g) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double e = Math.exp(-Math.abs(x[i]));
            sum += Math.max(x[i], 0) - x[i] * t[i] + Math.log1p(e);
            g[i] = (float) (((x[i] >= 0 ? 1 : e) / (1 + e) - t[i]) / x.length);
        }
        return (float) (sum / x.length);
    }

    private static float klDiv(float[] x, float[] t, int samples) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += t[i] * (Math.log(t[i]) - x[i]);
        }
        return (float) (sum / samples);
    }

    private static float klDiv(float[] x, float[] t, int samples, float[] g) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += t[i] * (Math.log(t[i]) - x[i]);
            g[i] = -t[i] / samples;
        }
        return (float) (sum / samples);
    }

    private static float exp(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) Math.exp(x[i]);
        }
        return 0;
    }

    private static float expm1(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) Math.expm1(x[i]);
        }
        return 0;
    }

    private static float log(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) Math.log(x[i]);
        }
        return 0;
    }

    private static float log1p(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) Math.log1p(x[i]);
        }
        return 0;
    }

    private static float tanh(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) Math.tanh(x[i]);
        }
        return 0;
    }

    private static float sigmoid(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) (1 / (1 + Math.exp(-x[i])));
        }
        return 0;
    }

    private static float logSigmoid(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) (Math.min(x[i], 0) - Math.log1p(Math.exp(-Math.abs(x[i]))));
        }
        return 0;
    }

    private static float softplus(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) (Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i]))));
        }
        return 0;
    }
}
