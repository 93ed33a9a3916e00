// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

/** Cross entropy as one would write it without a library: the baseline of the comparison. */
final class PlainJava {
    private PlainJava() {}

    /** Mean cross entropy of row-major scores. */
    static float crossEntropy(float[] logits, int rows, int classes, int[] target) {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            int offset = row * classes;
            float max = logits[offset];
            for (int c = 1; c < classes; c++) {
                max = Math.max(max, logits[offset + c]);
            }
            double total = 0;
            for (int c = 0; c < classes; c++) {
                total += Math.exp(logits[offset + c] - max);
            }
            sum += Math.log(total) - (logits[offset + target[row]] - max);
        }
        return (float) (sum / rows);
    }

    /** The same with the gradient. */
    static float crossEntropy(float[] logits, int rows, int classes, int[] target, float[] gradient) {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            int offset = row * classes;
            float max = logits[offset];
            for (int c = 1; c < classes; c++) {
                max = Math.max(max, logits[offset + c]);
            }
            double total = 0;
            for (int c = 0; c < classes; c++) {
                double e = Math.exp(logits[offset + c] - max);
                gradient[offset + c] = (float) e;
                total += e;
            }
            float scale = (float) (1 / (total * rows));
            for (int c = 0; c < classes; c++) {
                gradient[offset + c] *= scale;
            }
            gradient[offset + target[row]] -= 1f / rows;
            sum += Math.log(total) - (logits[offset + target[row]] - max);
        }
        return (float) (sum / rows);
    }
}
