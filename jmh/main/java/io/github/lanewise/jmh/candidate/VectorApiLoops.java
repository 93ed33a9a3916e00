// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import io.github.lanewise.jmh.candidate.ArrayCandidate.Call;
import io.github.lanewise.jmh.candidate.ArrayCandidate.Outputs;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops on the Vector API with its own functions ({@code lanewise(EXP)} and the like), which the JDK computes with SVML on
 * x86-64 and SLEEF on AArch64. Fast, but with bits that depend on the machine and on the compiler's progress; sums are plain
 * float sums. Rows of adjacent elements only.
 */
final class VectorApiLoops implements Implementation {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final Set<Operation> WITHOUT = Set.of(Operation.NLL, Operation.COSINE_EMBEDDING);
    private static final Set<Operation> GRADIENTS = Set.of(Operation.CROSS_ENTROPY, Operation.BCE_WITH_LOGITS);

    @Override
    public String name() {
        return "svml";
    }

    @Override
    public String description() {
        return "Vector API loops with lanewise(EXP)";
    }

    @Override
    public boolean offers(Operation operation, boolean gradient, Shape shape) {
        return shape.positions() == 1 && (gradient ? GRADIENTS.contains(operation) : !WITHOUT.contains(operation));
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
        int rows = problem.shape().rows();
        int n = problem.shape().classes();
        return switch (problem.operation()) {
            case LOG_SUM_EXP -> () -> logSumExp(x, rows, n, y);
            case SOFTMAX -> () -> softmax(x, rows, n, y);
            case LOG_SOFTMAX -> () -> logSoftmax(x, rows, n, y);
            case ENTROPY -> () -> entropy(x, rows, n, y);
            case CROSS_ENTROPY ->
                problem.gradient() ? () -> crossEntropy(x, target, n, g) : () -> crossEntropy(x, target, n);
            case CROSS_ENTROPY_SMOOTHED -> () -> smoothed(x, target, n);
            case CROSS_ENTROPY_PROBABILITIES -> () -> probabilities(x, t, rows, n);
            case BCE -> () -> VectorApiElements.bce(x, t);
            case BCE_WITH_LOGITS ->
                problem.gradient()
                        ? () -> VectorApiElements.bceWithLogits(x, t, g)
                        : () -> VectorApiElements.bceWithLogits(x, t);
            case KL_DIV -> () -> VectorApiElements.klDiv(x, t, rows);
            case EXP -> () -> VectorApiElements.exp(x, y);
            case EXPM1 -> () -> VectorApiElements.expm1(x, y);
            case LOG -> () -> VectorApiElements.log(x, y);
            case LOG1P -> () -> VectorApiElements.log1p(x, y);
            case TANH -> () -> VectorApiElements.tanh(x, y);
            case SIGMOID -> () -> VectorApiElements.sigmoid(x, y);
            case LOG_SIGMOID -> () -> VectorApiElements.logSigmoid(x, y, -1);
            case SOFTPLUS -> () -> VectorApiElements.logSigmoid(x, y, 1);
            default -> throw new IllegalStateException("no loop for " + problem);
        };
    }

    private static float max(float[] x, int start, int n) {
        FloatVector max = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        int end = start + n;
        int i = start;
        for (; i <= end - S.length(); i += S.length()) {
            max = max.max(FloatVector.fromArray(S, x, i));
        }
        float result = max.reduceLanes(VectorOperators.MAX);
        for (; i < end; i++) {
            result = Math.max(result, x[i]);
        }
        return result;
    }

    private static float sumExp(float[] x, int start, int n, float max) {
        FloatVector sum = FloatVector.zero(S);
        int end = start + n;
        int i = start;
        for (; i <= end - S.length(); i += S.length()) {
            sum = sum.add(FloatVector.fromArray(S, x, i).sub(max).lanewise(VectorOperators.EXP));
        }
        if (i < end) {
            VectorMask<Float> rest = S.indexInRange(i, end);
            sum = sum.add(FloatVector.fromArray(S, x, i, rest).sub(max).lanewise(VectorOperators.EXP), rest);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static float logSumExp(float[] x, int start, int n) {
        float max = max(x, start, n);
        return max + (float) Math.log(sumExp(x, start, n, max));
    }

    private static float logSumExp(float[] x, int rows, int n, float[] y) {
        for (int row = 0; row < rows; row++) {
            y[row] = logSumExp(x, row * n, n);
        }
        return y[0];
    }

    private static float softmax(float[] x, int rows, int n, float[] y) {
        for (int row = 0; row < rows; row++) {
            softmax(x, row * n, n, 1, y);
        }
        return 0;
    }

    private static float softmax(float[] x, int start, int n, float factor, float[] y) {
        float max = max(x, start, n);
        FloatVector sum = FloatVector.zero(S);
        int end = start + n;
        int i = start;
        for (; i <= end - S.length(); i += S.length()) {
            FloatVector e = FloatVector.fromArray(S, x, i).sub(max).lanewise(VectorOperators.EXP);
            e.intoArray(y, i);
            sum = sum.add(e);
        }
        if (i < end) {
            VectorMask<Float> rest = S.indexInRange(i, end);
            FloatVector e = FloatVector.fromArray(S, x, i, rest).sub(max).lanewise(VectorOperators.EXP);
            e.intoArray(y, i, rest);
            sum = sum.add(e, rest);
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        float scale = factor / total;
        for (i = start; i <= end - S.length(); i += S.length()) {
            FloatVector.fromArray(S, y, i).mul(scale).intoArray(y, i);
        }
        for (; i < end; i++) {
            y[i] *= scale;
        }
        return max + (float) Math.log(total);
    }

    private static float logSoftmax(float[] x, int rows, int n, float[] y) {
        for (int row = 0; row < rows; row++) {
            int end = (row + 1) * n;
            int i = row * n;
            float logSum = logSumExp(x, i, n);
            for (; i <= end - S.length(); i += S.length()) {
                FloatVector.fromArray(S, x, i).sub(logSum).intoArray(y, i);
            }
            for (; i < end; i++) {
                y[i] = x[i] - logSum;
            }
        }
        return 0;
    }

    private static float entropy(float[] x, int rows, int n, float[] y) {
        for (int row = 0; row < rows; row++) {
            int end = (row + 1) * n;
            int i = row * n;
            float max = max(x, i, n);
            FloatVector sum = FloatVector.zero(S);
            FloatVector weighted = FloatVector.zero(S);
            for (; i <= end - S.length(); i += S.length()) {
                FloatVector below = FloatVector.fromArray(S, x, i).sub(max);
                FloatVector e = below.lanewise(VectorOperators.EXP);
                sum = sum.add(e);
                weighted = e.fma(below, weighted);
            }
            if (i < end) {
                VectorMask<Float> rest = S.indexInRange(i, end);
                FloatVector below = FloatVector.fromArray(S, x, i, rest).sub(max);
                FloatVector e = below.lanewise(VectorOperators.EXP);
                sum = sum.add(e, rest);
                weighted = weighted.add(e.mul(below), rest);
            }
            float total = sum.reduceLanes(VectorOperators.ADD);
            y[row] = (float) Math.log(total) - weighted.reduceLanes(VectorOperators.ADD) / total;
        }
        return 0;
    }

    private static float crossEntropy(float[] x, int[] target, int n) {
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            sum += logSumExp(x, row * n, n) - x[row * n + target[row]];
        }
        return (float) (sum / target.length);
    }

    private static float crossEntropy(float[] x, int[] target, int n, float[] g) {
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            int at = row * n + target[row];
            sum += softmax(x, row * n, n, 1f / target.length, g) - x[at];
            g[at] -= 1f / target.length;
        }
        return (float) (sum / target.length);
    }

    private static float smoothed(float[] x, int[] target, int n) {
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            int end = (row + 1) * n;
            int i = row * n;
            sum += logSumExp(x, i, n) - (1 - Problem.SMOOTHING) * x[i + target[row]];
            FloatVector scores = FloatVector.zero(S);
            for (; i <= end - S.length(); i += S.length()) {
                scores = scores.add(FloatVector.fromArray(S, x, i));
            }
            float total = scores.reduceLanes(VectorOperators.ADD);
            for (; i < end; i++) {
                total += x[i];
            }
            sum -= Problem.SMOOTHING / n * total;
        }
        return (float) (sum / target.length);
    }

    private static float probabilities(float[] x, float[] t, int rows, int n) {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            int end = (row + 1) * n;
            int i = row * n;
            float logSum = logSumExp(x, i, n);
            FloatVector terms = FloatVector.zero(S);
            for (; i <= end - S.length(); i += S.length()) {
                FloatVector minusLog = FloatVector.broadcast(S, logSum).sub(FloatVector.fromArray(S, x, i));
                terms = FloatVector.fromArray(S, t, i).fma(minusLog, terms);
            }
            float total = terms.reduceLanes(VectorOperators.ADD);
            for (; i < end; i++) {
                total += t[i] * (logSum - x[i]);
            }
            sum += total;
        }
        return (float) (sum / rows);
    }
}
