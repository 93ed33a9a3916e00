// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

/**
 * The answer in double by the textbook's formulas, row by row and term by term. It shares no code with any implementation
 * that is measured, so it neither inherits their mistakes nor warms up their loops.
 */
final class Reference {
    private final Problem problem;
    private final Shape shape;
    private final double[] values;
    private final double[] gradient;
    private final double[] secondGradient;

    Reference(Problem problem) {
        this.problem = problem;
        this.shape = problem.shape();
        values = new double[problem.operation().results(shape)];
        gradient = new double[problem.gradient() ? shape.elements() : 0];
        secondGradient = new double[problem.hasSecondGradient() ? shape.elements() : 0];
        switch (problem.operation().family()) {
            case BINARY_CROSS_ENTROPY -> binary();
            case ELEMENTARY -> elementary();
            case COSINE -> cosine();
            default -> rows();
        }
    }

    double[] values() {
        return values;
    }

    double[] gradient() {
        return gradient;
    }

    double[] secondGradient() {
        return secondGradient;
    }

    private void rows() {
        int classes = shape.classes();
        int stride = shape.positions();
        double[] x = new double[classes];
        double[] t = new double[classes];
        for (int row = 0; row < shape.rows(); row++) {
            int start = shape.start(row);
            for (int c = 0; c < classes; c++) {
                x[c] = problem.first()[start + c * stride];
                t[c] = weightOfClass(row, start, c, stride);
            }
            row(row, start, stride, x, t);
        }
    }

    /** The coefficient of a class's negative log-probability in the loss of its row. */
    private double weightOfClass(int row, int start, int c, int stride) {
        return switch (problem.operation()) {
            case CROSS_ENTROPY, NLL -> problem.target()[row] == c ? 1 : 0;
            case CROSS_ENTROPY_SMOOTHED -> {
                double smoothing = Problem.SMOOTHING;
                yield (problem.target()[row] == c ? 1 - smoothing : 0) + smoothing / shape.classes();
            }
            case CROSS_ENTROPY_PROBABILITIES, KL_DIV -> problem.second()[start + c * stride];
            default -> 0;
        };
    }

    private void row(int row, int start, int stride, double[] x, double[] t) {
        double max = Double.NEGATIVE_INFINITY;
        for (double each : x) {
            max = Math.max(max, each);
        }
        double sum = 0;
        for (double each : x) {
            sum += Math.exp(each - max);
        }
        double logSum = max + Math.log(sum);
        double[] g = upstream(row, start, stride, x.length);
        double rowOfG = g.length == 0 ? 0 : g[0];
        double sumOfG = 0;
        double meanOfG = 0;
        double entropy = 0;
        for (int c = 0; c < x.length; c++) {
            double p = Math.exp(x[c] - logSum);
            entropy -= p * (x[c] - logSum);
            if (g.length == x.length) {
                sumOfG += g[c];
                meanOfG += g[c] * p;
            }
        }
        double loss = 0;
        for (int c = 0; c < x.length; c++) {
            int at = start + c * stride;
            double logP = x[c] - logSum;
            double p = Math.exp(logP);
            double slope = 0;
            switch (problem.operation()) {
                case LOG_SUM_EXP -> slope = rowOfG * p;
                case SOFTMAX -> {
                    values[at] = p;
                    slope = g.length == 0 ? 0 : p * (g[c] - meanOfG);
                }
                case LOG_SOFTMAX -> {
                    values[at] = logP;
                    slope = g.length == 0 ? 0 : g[c] - p * sumOfG;
                }
                case ENTROPY -> slope = -rowOfG * p * (logP + entropy);
                case NLL -> {
                    loss -= t[c] * x[c] / shape.rows();
                    slope = -t[c] / shape.rows();
                }
                case KL_DIV -> {
                    loss += t[c] * (Math.log(t[c]) - x[c]) / shape.samples();
                    slope = -t[c] / shape.samples();
                }
                default -> {
                    loss -= t[c] * logP / shape.rows();
                    slope = (p - t[c]) / shape.rows();
                }
            }
            if (problem.gradient()) {
                gradient[at] = slope;
            }
        }
        switch (problem.operation()) {
            case LOG_SUM_EXP -> values[row] = logSum;
            case ENTROPY -> values[row] = entropy;
            case SOFTMAX, LOG_SOFTMAX -> {
                // Written above.
            }
            default -> values[0] += loss;
        }
    }

    /** The upstream gradient of a row: one number, one for each class, or none. */
    private double[] upstream(int row, int start, int stride, int classes) {
        float[] all = problem.upstream();
        if (all.length == 0) {
            return new double[0];
        }
        if (all.length == shape.rows()) {
            return new double[] {all[row]};
        }
        double[] g = new double[classes];
        for (int c = 0; c < classes; c++) {
            g[c] = all[start + c * stride];
        }
        return g;
    }

    private void binary() {
        boolean logits = problem.operation() == Operation.BCE_WITH_LOGITS;
        int n = shape.elements();
        for (int i = 0; i < n; i++) {
            double x = problem.first()[i];
            double t = problem.second()[i];
            values[0] += logits
                    ? (t * Math.log1p(Math.exp(-x)) + (1 - t) * Math.log1p(Math.exp(x))) / n
                    : -(t * Math.log(x) + (1 - t) * Math.log1p(-x)) / n;
            if (problem.gradient()) {
                gradient[i] = (logits ? 1 / (1 + Math.exp(-x)) - t : (x - t) / (x * (1 - x))) / n;
            }
        }
    }

    private void elementary() {
        for (int i = 0; i < shape.elements(); i++) {
            double x = problem.first()[i];
            double sigmoid = 1 / (1 + Math.exp(-x));
            double derivative;
            switch (problem.operation()) {
                case EXP -> {
                    values[i] = Math.exp(x);
                    derivative = Math.exp(x);
                }
                case EXPM1 -> {
                    values[i] = Math.expm1(x);
                    derivative = Math.exp(x);
                }
                case LOG -> {
                    values[i] = Math.log(x);
                    derivative = 1 / x;
                }
                case LOG1P -> {
                    values[i] = Math.log1p(x);
                    derivative = 1 / (1 + x);
                }
                case TANH -> {
                    values[i] = Math.tanh(x);
                    derivative = 1 / (Math.cosh(x) * Math.cosh(x));
                }
                case SIGMOID -> {
                    values[i] = sigmoid;
                    derivative = sigmoid / (1 + Math.exp(x));
                }
                case LOG_SIGMOID -> {
                    values[i] = -Math.log1p(Math.exp(-x));
                    derivative = 1 / (1 + Math.exp(x));
                }
                case SOFTPLUS -> {
                    values[i] = Math.log1p(Math.exp(x));
                    derivative = sigmoid;
                }
                default -> throw new IllegalStateException(problem.operation() + " is no elementary function");
            }
            if (problem.gradient()) {
                gradient[i] = problem.upstream()[i] * derivative;
            }
        }
    }

    private void cosine() {
        int classes = shape.classes();
        for (int row = 0; row < shape.rows(); row++) {
            int start = row * classes;
            double dot = 0;
            double squares1 = 0;
            double squares2 = 0;
            for (int c = 0; c < classes; c++) {
                double a = problem.first()[start + c];
                double b = problem.second()[start + c];
                dot += a * b;
                squares1 += a * a;
                squares2 += b * b;
            }
            double norms = Math.sqrt(squares1) * Math.sqrt(squares2);
            double cos = dot / norms;
            boolean alike = problem.target()[row] == 1;
            values[0] += (alike ? 1 - cos : Math.max(0, cos)) / shape.rows();
            if (!problem.gradient()) {
                continue;
            }
            double factor = (alike ? -1.0 : cos > 0 ? 1.0 : 0.0) / shape.rows();
            for (int c = 0; c < classes; c++) {
                double a = problem.first()[start + c];
                double b = problem.second()[start + c];
                gradient[start + c] = factor * (b / norms - cos * a / squares1);
                secondGradient[start + c] = factor * (a / norms - cos * b / squares2);
            }
        }
    }
}
