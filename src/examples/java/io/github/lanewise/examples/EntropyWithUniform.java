// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Reduction;
import io.github.lanewise.Softmax;

/** Label smoothing taken apart: cross entropy with the target and cross entropy with the uniform distribution. */
public final class EntropyWithUniform {
    /** The part of the target that is spread over all classes. */
    public static final double EPSILON = 0.001;

    private static final int CLASSES = 3;
    private static final float[] OUTPUT = {4f, 5f, 10f, 1f, 5f, 4f, 1f, 15f, 4f};
    private static final int[] LABEL = {2, 1, 1};

    /** What PyTorch's float32 printed for sample 2: log(1 + 1.75e-5), of which 1 + 1.75e-5 kept three digits. */
    private static final String ROUNDED = "1.7524e-05";
    /** The exact value. */
    private static final String EXACT = "1.75330752e-05";
    /** Half the spacing of floats above 1, which is what PyTorch's sum may be off. */
    private static final double ROUNDING = 0x1p-24;

    private static final String[] LOG_SOFTMAX = {
        "-6.0092e+00", "-5.0092e+00", "-9.1745e-03", //
        "-4.3266e+00", "-3.2656e-01", "-1.3266e+00", //
        "-1.4000e+01", "-" + EXACT, "-1.1000e+01", //
    };
    private static final String[] PER_SAMPLE = {"9.1745e-03", "3.2656e-01", EXACT};

    private EntropyWithUniform() {}

    /** The scores, a fresh copy. */
    public static FloatTensor output() {
        return FloatTensor.of(OUTPUT.clone(), LABEL.length, CLASSES);
    }

    /** The class of each sample. */
    public static int[] label() {
        return LABEL.clone();
    }

    /** Log-softmax as printed, row by row; the exact value where the print had lost its digits. */
    public static String[] logSoftmax() {
        return LOG_SOFTMAX.clone();
    }

    /** The loss of each sample as printed; the exact value where the print had lost its digits. */
    public static String[] perSample() {
        return PER_SAMPLE.clone();
    }

    /** The loss of sample 2 as PyTorch's float32 printed it, right to 2^-24 only. */
    public static double roundedSample() {
        return Printed.value(ROUNDED);
    }

    static void run(Report report) {
        report.title("E. H(q, p) and H(u, p)");
        report.columns();
        double loss = CrossEntropyLoss.create().forward(output(), LABEL);
        report.printed("E1", "CrossEntropyLoss(output, label)", "0.11191823333501816", loss);
        report.printed("E1", "the same, recomputed in double precision", "0.1119182196450031", loss);
        report.printed("E2", "(1 - eps) * H(q, p) + eps * H(u, p)", "0.11647377520055867", mixture());
        double smoothed =
                CrossEntropyLoss.builder().labelSmoothing(EPSILON).build().forward(output(), LABEL);
        report.printed("E2", "CrossEntropyLoss with labelSmoothing(0.001)", "0.11647378653287888", smoothed);
        report.printed("E2", "the same, recomputed in double precision", "0.11647377520055867", smoothed);

        FloatTensor logProbabilities = FloatTensor.of(new float[OUTPUT.length], LABEL.length, CLASSES);
        Softmax.logSoftmax(output(), 1, logProbabilities);
        for (int i = 0; i < OUTPUT.length; i++) {
            String what = "log-softmax, row " + i / CLASSES + ", class " + i % CLASSES;
            report.printed("E3", what, LOG_SOFTMAX[i], logProbabilities.array()[i]);
        }
        FloatTensor losses = FloatTensor.of(new float[LABEL.length], LABEL.length);
        CrossEntropyLoss.builder().reduction(Reduction.NONE).build().forward(output(), LABEL, losses);
        for (int i = 0; i < LABEL.length; i++) {
            report.printed("E4", "H(q, p) of sample " + i + ": Reduction.NONE", PER_SAMPLE[i], losses.get(i));
        }
        report.near("E4", "sample 2 as printed by PyTorch, to 2^-24", roundedSample(), losses.get(2), ROUNDING);
        gather(report);
    }

    /** The smoothed loss from its two parts: the library's log-softmax, averaged over everything and over the targets. */
    public static double mixture() {
        FloatTensor logProbabilities = FloatTensor.of(new float[OUTPUT.length], LABEL.length, CLASSES);
        Softmax.logSoftmax(output(), 1, logProbabilities);
        double withUniform = 0.0;
        for (float log : logProbabilities.array()) {
            withUniform -= log / (double) OUTPUT.length;
        }
        double withTarget = 0.0;
        for (int i = 0; i < LABEL.length; i++) {
            withTarget -= logProbabilities.get(i, LABEL[i]) / (double) LABEL.length;
        }
        return (1.0 - EPSILON) * withTarget + EPSILON * withUniform;
    }

    private static void gather(Report report) {
        double[][] input = {{1, 2}, {3, 4}};
        int[][] index = {{0, 0}, {1, 0}};
        double[][] expected = {{1, 1}, {4, 3}};
        double[][] picked = ByHand.gather(input, 1, index);
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                report.near("E5", "gather by hand, element (" + i + ", " + j + ")", expected[i][j], picked[i][j], 0.0);
            }
        }
    }
}
