// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import java.util.Arrays;

/** The plain loops over rows, whose classes lie a stride apart in images. */
final class PlainRows {
    private PlainRows() {}

    private static float max(float[] x, int start, int classes, int stride) {
        float max = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            max = Math.max(max, x[start + c * stride]);
        }
        return max;
    }

    private static double sumOfExponentials(float[] x, int start, int classes, int stride, float max) {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(x[start + c * stride] - max);
        }
        return sum;
    }

    private static double logSumExp(float[] x, int start, int classes, int stride) {
        float max = max(x, start, classes, stride);
        return max + Math.log(sumOfExponentials(x, start, classes, stride, max));
    }

    static float logSumExp(float[] x, Shape shape, float[] y) {
        int classes = shape.classes();
        int stride = shape.positions();
        for (int row = 0; row < y.length; row++) {
            y[row] = (float) logSumExp(x, shape.start(row), classes, stride);
        }
        return y[0];
    }

    static float softmax(float[] x, Shape shape, float[] y) {
        int classes = shape.classes();
        int stride = shape.positions();
        int rows = shape.rows();
        for (int row = 0; row < rows; row++) {
            softmax(x, shape.start(row), classes, stride, 1, y);
        }
        return 0;
    }

    /** The softmax of a row times a factor, into y; returns the log-sum-exp. */
    private static double softmax(float[] x, int start, int classes, int stride, double factor, float[] y) {
        float max = max(x, start, classes, stride);
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double e = Math.exp(x[start + c * stride] - max);
            y[start + c * stride] = (float) e;
            sum += e;
        }
        float scale = (float) (factor / sum);
        for (int c = 0; c < classes; c++) {
            y[start + c * stride] *= scale;
        }
        return max + Math.log(sum);
    }

    static float logSoftmax(float[] x, Shape shape, float[] y) {
        int classes = shape.classes();
        int stride = shape.positions();
        int rows = shape.rows();
        for (int row = 0; row < rows; row++) {
            int start = shape.start(row);
            double logSum = logSumExp(x, start, classes, stride);
            for (int c = 0; c < classes; c++) {
                y[start + c * stride] = (float) (x[start + c * stride] - logSum);
            }
        }
        return 0;
    }

    static float entropy(float[] x, Shape shape, float[] y) {
        int classes = shape.classes();
        int stride = shape.positions();
        for (int row = 0; row < y.length; row++) {
            int start = shape.start(row);
            float max = max(x, start, classes, stride);
            double sum = 0;
            double weighted = 0;
            for (int c = 0; c < classes; c++) {
                double below = x[start + c * stride] - max;
                double e = Math.exp(below);
                sum += e;
                weighted += e * below;
            }
            y[row] = (float) (Math.log(sum) - weighted / sum);
        }
        return 0;
    }

    static float nll(float[] x, int[] target, Shape shape) {
        int stride = shape.positions();
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            sum -= x[shape.start(row) + target[row] * stride];
        }
        return (float) (sum / target.length);
    }

    static float nll(float[] x, int[] target, Shape shape, float[] g) {
        int stride = shape.positions();
        Arrays.fill(g, 0);
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            int at = shape.start(row) + target[row] * stride;
            sum -= x[at];
            g[at] = -1f / target.length;
        }
        return (float) (sum / target.length);
    }

    static float crossEntropy(float[] x, int[] target, Shape shape) {
        int classes = shape.classes();
        int stride = shape.positions();
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            int start = shape.start(row);
            sum += logSumExp(x, start, classes, stride) - x[start + target[row] * stride];
        }
        return (float) (sum / target.length);
    }

    static float crossEntropy(float[] x, int[] target, Shape shape, float[] g) {
        int classes = shape.classes();
        int stride = shape.positions();
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            int start = shape.start(row);
            int at = start + target[row] * stride;
            sum += softmax(x, start, classes, stride, 1.0 / target.length, g) - x[at];
            g[at] -= 1f / target.length;
        }
        return (float) (sum / target.length);
    }

    static float smoothed(float[] x, int[] target, Shape shape) {
        int classes = shape.classes();
        int stride = shape.positions();
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            int start = shape.start(row);
            double scores = 0;
            for (int c = 0; c < classes; c++) {
                scores += x[start + c * stride];
            }
            sum += logSumExp(x, start, classes, stride)
                    - (1 - Problem.SMOOTHING) * x[start + target[row] * stride]
                    - Problem.SMOOTHING / classes * scores;
        }
        return (float) (sum / target.length);
    }

    static float smoothed(float[] x, int[] target, Shape shape, float[] g) {
        int classes = shape.classes();
        int stride = shape.positions();
        float spread = Problem.SMOOTHING / classes / target.length;
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            int start = shape.start(row);
            int at = start + target[row] * stride;
            double logSum = softmax(x, start, classes, stride, 1.0 / target.length, g);
            double scores = 0;
            for (int c = 0; c < classes; c++) {
                scores += x[start + c * stride];
                g[start + c * stride] -= spread;
            }
            g[at] -= (1 - Problem.SMOOTHING) / target.length;
            sum += logSum - (1 - Problem.SMOOTHING) * x[at] - Problem.SMOOTHING / classes * scores;
        }
        return (float) (sum / target.length);
    }

    static float probabilities(float[] x, float[] t, Shape shape) {
        int classes = shape.classes();
        int stride = shape.positions();
        int rows = shape.rows();
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            int start = shape.start(row);
            double logSum = logSumExp(x, start, classes, stride);
            for (int c = 0; c < classes; c++) {
                sum += t[start + c * stride] * (logSum - x[start + c * stride]);
            }
        }
        return (float) (sum / rows);
    }

    static float probabilities(float[] x, float[] t, Shape shape, float[] g) {
        int classes = shape.classes();
        int stride = shape.positions();
        int rows = shape.rows();
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            int start = shape.start(row);
            double logSum = softmax(x, start, classes, stride, 1.0 / rows, g);
            for (int c = 0; c < classes; c++) {
                int at = start + c * stride;
                sum += t[at] * (logSum - x[at]);
                g[at] -= t[at] / rows;
            }
        }
        return (float) (sum / rows);
    }

    static float cosine(float[] x, float[] t, int[] target, Shape shape) {
        int classes = shape.classes();
        double sum = 0;
        for (int row = 0; row < target.length; row++) {
            double dot = 0;
            double squares1 = 0;
            double squares2 = 0;
            for (int i = row * classes; i < (row + 1) * classes; i++) {
                dot += (double) x[i] * t[i];
                squares1 += (double) x[i] * x[i];
                squares2 += (double) t[i] * t[i];
            }
            double cos = dot / Math.sqrt(squares1 * squares2);
            sum += target[row] == 1 ? 1 - cos : Math.max(0, cos);
        }
        return (float) (sum / target.length);
    }
}
