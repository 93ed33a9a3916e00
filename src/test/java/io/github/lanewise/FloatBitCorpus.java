// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * A program that computes results on rows and columns of many lengths, special values among them, and prints their
 * SHA-256. Started in JVMs of different kinds, which all have to print the same.
 */
public final class FloatBitCorpus {
    private static final int[] LENGTHS = {1, 3, 8, 15, 16, 17, 31, 32, 33, 65, 4095, 4129};
    private static final int[] SHORT_LENGTHS = {2, 16, 37};
    private static final int LONGEST_SPECIAL = 65;
    private static final int ROWS = 2;
    private static final int COLUMNS = 5;

    private final MessageDigest digest;

    private FloatBitCorpus() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Prints the status and the digest, and what a call allocated.
     *
     * @param args "all", or "short" for a corpus that is quick even where every fused multiply-add goes through big
     *     decimals, or "none"
     */
    @SuppressWarnings("SystemOut") // A program's result.
    public static void main(String[] args) {
        int[] lengths = switch (args[0]) {
            case "all" -> LENGTHS;
            case "short" -> SHORT_LENGTHS;
            default -> new int[0];
        };
        System.out.println(Lanewise.status());
        System.out.println("sha256 " + digest(lengths));
        System.out.println("allocated " + allocatedByOneCall());
    }

    static String digest(int... lengths) {
        FloatBitCorpus corpus = new FloatBitCorpus();
        for (int n : lengths) {
            Special[] all = Special.values();
            for (Special special : n > LONGEST_SPECIAL ? Arrays.copyOf(all, 1) : all) {
                corpus.rows(n, special);
                if (n <= LONGEST_SPECIAL) {
                    corpus.columns(n, special);
                }
            }
        }
        return HexFormat.of().formatHex(corpus.digest.digest());
    }

    /** The digest that the process computes itself. */
    static String digestOfShortLengths() {
        return digest(SHORT_LENGTHS);
    }

    static String digestOfLengths() {
        return digest(LENGTHS);
    }

    /** What is put among the scores. */
    private enum Special {
        NOTHING,
        FAR,
        TIES,
        INFINITE,
        NAN;

        float[] scores(SplittableRandom random, int length) {
            float[] scores = FloatViews.normal(random, length);
            int at = length / 2;
            switch (this) {
                case NOTHING -> {}
                case FAR -> {
                    for (int i = 0; i < length; i++) {
                        scores[i] = scores[i] * 40f + 500f;
                    }
                    scores[at] = 1e30f;
                    scores[0] = -1e-42f;
                }
                case TIES -> {
                    for (int i = 0; i < length; i++) {
                        scores[i] = Math.round(scores[i]);
                    }
                    scores[at] = -0f;
                }
                case INFINITE -> {
                    scores[at] = Float.NEGATIVE_INFINITY;
                    scores[length - 1] = Float.POSITIVE_INFINITY;
                    scores[0] = Float.NEGATIVE_INFINITY;
                }
                case NAN -> scores[at] = Float.intBitsToFloat(0xffc12345);
            }
            return scores;
        }
    }

    private void rows(int n, Special special) {
        SplittableRandom random = new SplittableRandom(31L * n);
        FloatTensor x = FloatTensor.of(special.scores(random, ROWS * n), ROWS, n);
        results(x, random, ROWS, n);
        add(CrossEntropyLoss.create().forward(x.array(), n, n, n / 2));
        add(Softmax.logSumExp(x.array(), n, n));
        summaries(x, n);
        pieces(x.array(), n);
    }

    private void summaries(FloatTensor x, int n) {
        for (double temperature : new double[] {1.0, 0.7}) {
            LogitSummary summary = LogitSummary.builder()
                    .temperature(temperature)
                    .topK(Math.min(n, 20))
                    .build();
            FloatLogitResults results = summary.floatResults(ROWS, 1);
            summary.summarize(x, new int[] {0, n - 1}, results);
            add(results.max().array());
            add(results.logSumExp().array());
            add(results.entropy().array());
            add(results.margin().array());
            add(results.topLogProb().array());
            add(results.logProb().array());
            for (int row = 0; row < ROWS; row++) {
                for (int rank = 0; rank < Math.min(n, 20); rank++) {
                    add(results.topClass(row, rank));
                }
            }
        }
        FloatTensor logProb = FloatTensor.of(new float[ROWS], ROWS);
        SequenceScore score = SequenceScore.create();
        score.add(x, new int[] {n - 1, n / 2}, logProb);
        add(logProb.array());
        add(score.logLikelihood());
        add(score.perplexity());
    }

    private void pieces(float[] x, int n) {
        LogSumExpAccumulator sum = new LogSumExpAccumulator();
        sum.add(x, 0, n / 3);
        LogSumExpAccumulator other = new LogSumExpAccumulator();
        other.add(x, n / 3, n - n / 3);
        other.add(0.5);
        sum.merge(other);
        add(sum.value());
    }

    private void columns(int n, Special special) {
        SplittableRandom random = new SplittableRandom(37L * n);
        FloatTensor x = FloatTensor.of(special.scores(random, 2 * n * COLUMNS), 2, n, COLUMNS);
        results(x, random, 2, n, COLUMNS);
    }

    private void results(FloatTensor x, SplittableRandom random, int... shape) {
        int n = shape[1];
        int samples = x.numel() / n;
        int[] target = FloatViews.classes(random, samples, n);
        target[0] = -100;
        FloatTensor given = FloatTensor.of(FloatViews.normal(random, x.numel()), shape);
        FloatTensor out = FloatTensor.of(new float[x.numel()], shape);
        FloatTensor other = FloatTensor.of(new float[x.numel()], shape);
        FloatTensor reduced = FloatTensor.of(new float[samples], Shapes.without(shape, 1));
        CrossEntropyLoss plain = CrossEntropyLoss.create();
        CrossEntropyLoss smoothing = CrossEntropyLoss.builder()
                .labelSmoothing(0.1)
                .weight(FloatViews.normal(random, n))
                .build();
        for (CrossEntropyLoss loss : new CrossEntropyLoss[] {plain, smoothing}) {
            add(loss.forwardBackward(x, target, out));
            add(out.array());
            add(loss.forward(x, given));
            loss.backward(x, given, 0.75f, out, other);
            add(out.array());
            add(other.array());
        }
        Softmax.logSumExp(x, 1, reduced);
        add(reduced.array());
        Softmax.logSumExpBackward(x, reduced, 1, out);
        add(out.array());
        Softmax.softmax(x, 1, out);
        add(out.array());
        Softmax.softmaxBackward(out, given, 1, other);
        add(other.array());
        Softmax.logSoftmax(x, 1, out);
        add(out.array());
        Softmax.logSoftmaxBackward(out, given, 1, other);
        add(other.array());
    }

    private void add(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
        for (float value : values) {
            bytes.putFloat(value);
        }
        digest.update(bytes.array());
    }

    private void add(double value) {
        digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
    }

    /** Bytes that calls allocate on rows and columns after a first one. */
    private static long allocatedByOneCall() {
        SplittableRandom random = new SplittableRandom(41);
        FloatTensor rows = FloatTensor.of(FloatViews.normal(random, 2 * 33), 2, 33);
        FloatTensor columns = FloatTensor.of(FloatViews.normal(random, 33 * COLUMNS), 1, 33, COLUMNS);
        FloatTensor rowGradient = FloatTensor.of(new float[rows.numel()], 2, 33);
        FloatTensor columnGradient = FloatTensor.of(new float[columns.numel()], 1, 33, COLUMNS);
        int[] rowTarget = new int[2];
        int[] columnTarget = new int[COLUMNS];
        CrossEntropyLoss loss = CrossEntropyLoss.builder().labelSmoothing(0.1).build();
        long allocated = 0;
        for (int call = 0; call < 3; call++) {
            long before = AllocatedBytes.now();
            loss.forwardBackward(rows, rowTarget, rowGradient);
            loss.forwardBackward(columns, columnTarget, columnGradient);
            loss.forward(rows, rowGradient);
            Softmax.softmax(columns, 1, columnGradient);
            allocated = AllocatedBytes.now() - before;
        }
        return allocated;
    }
}
