// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Indexing;
import io.github.lanewise.Reduction;
import io.github.lanewise.Softmax;

/** Label smoothing taken apart: cross entropy with the target and cross entropy with the uniform distribution. */
public final class EntropyWithUniform {
    /** The part of the target that is spread over all classes. */
    public static final double EPSILON = 0.001;

    /** The cross entropy, recomputed in double precision. */
    public static final String LOSS = "0.1119182196450031";
    /** With smoothing, recomputed in double precision. */
    public static final String SMOOTHED = "0.11647377520055867";

    private static final int CLASSES = 3;
    private static final double[] OUTPUT = {4, 5, 10, 1, 5, 4, 1, 15, 4};
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
        return FloatTensor.of(TenSamples.floats(OUTPUT), LABEL.length, CLASSES);
    }

    /** The scores in double, a fresh copy. */
    public static DoubleTensor doubleOutput() {
        return DoubleTensor.of(OUTPUT.clone(), LABEL.length, CLASSES);
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
        CrossEntropyLoss plain = CrossEntropyLoss.create();
        double loss = plain.forward(output(), LABEL);
        report.printed("E1", "CrossEntropyLoss(output, label)", "0.11191823333501816", loss);
        report.printed("E1", "the same, recomputed in double precision", LOSS, loss);
        report.inDouble("E1", "CrossEntropyLoss(output, label)", LOSS, plain.forward(doubleOutput(), LABEL));
        report.inDouble("E2", "(1 - eps) * H(q, p) + eps * H(u, p)", SMOOTHED, mixture());
        CrossEntropyLoss smoothing =
                CrossEntropyLoss.builder().labelSmoothing(EPSILON).build();
        double smoothed = smoothing.forward(output(), LABEL);
        report.printed("E2", "CrossEntropyLoss with labelSmoothing(0.001)", "0.11647378653287888", smoothed);
        report.printed("E2", "the same, recomputed in double precision", SMOOTHED, smoothed);
        report.inDouble("E2", "with labelSmoothing(0.001)", SMOOTHED, smoothing.forward(doubleOutput(), LABEL));

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
        DoubleTensor logProbabilities = doubleOutput();
        Softmax.logSoftmax(logProbabilities, 1, logProbabilities);
        double withUniform = 0.0;
        for (double log : logProbabilities.array()) {
            withUniform -= log / OUTPUT.length;
        }
        DoubleTensor picked = DoubleTensor.of(new double[LABEL.length], LABEL.length, 1);
        Indexing.gather(logProbabilities, 1, LABEL, picked);
        double withTarget = 0.0;
        for (double log : picked.array()) {
            withTarget -= log / LABEL.length;
        }
        return (1.0 - EPSILON) * withTarget + EPSILON * withUniform;
    }

    private static void gather(Report report) {
        FloatTensor input = FloatTensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        FloatTensor picked = FloatTensor.of(new float[4], 2, 2);
        Indexing.gather(input, 1, new int[] {0, 0, 1, 0}, picked);
        float[] expected = {1, 1, 4, 3};
        for (int i = 0; i < expected.length; i++) {
            String what = "Indexing.gather, dim 1, element (" + i / 2 + ", " + i % 2 + ")";
            report.near("E5", what, expected[i], picked.array()[i], 0.0);
        }
        for (int dim = 0; dim < 3; dim++) {
            int wrong = wrongInGather(dim);
            report.row("E5", "(2, 3, 4) along dim " + dim + ": wrong elements", "0", String.valueOf(wrong), wrong == 0);
        }
    }

    /** How many elements of a gather along a dimension of three are not what the definition says. */
    public static int wrongInGather(int dim) {
        FloatTensor input = FloatTensor.of(ShapesAndOneHot.normal(24, 40L), 2, 3, 4);
        int size = input.size(dim);
        int[] index = new int[24];
        for (int i = 0; i < index.length; i++) {
            index[i] = (7 * i + i / size) % size;
        }
        FloatTensor output = FloatTensor.of(new float[24], 2, 3, 4);
        Indexing.gather(input, dim, index, output);
        int wrong = 0;
        for (int number = 0; number < index.length; number++) {
            int i = number / 12;
            int j = number / 4 % 3;
            int k = number % 4;
            float expected = switch (dim) {
                case 0 -> input.get(index[number], j, k);
                case 1 -> input.get(i, index[number], k);
                default -> input.get(i, j, index[number]);
            };
            wrong += output.get(i, j, k) == expected ? 0 : 1;
        }
        return wrong;
    }
}
