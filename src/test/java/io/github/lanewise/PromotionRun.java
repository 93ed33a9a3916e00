// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program that calls losses while their kernels are promoted, and says how many results had other bits than the first one.
 * Started in JVMs of different kinds.
 */
final class PromotionRun {
    private static final int ROWS = 6;
    private static final int CLASSES = 150;
    private static final long PATIENCE_NANOSECONDS = 100_000_000_000L;

    /** Calls in a row that have to be free of allocation once everything is promoted. */
    private static final int CALLS = 50;

    private final FloatTensor logits;
    private final FloatTensor doubtful;
    private final FloatTensor probabilities;
    private final FloatTensor output = FloatTensor.of(new float[ROWS * CLASSES], ROWS, CLASSES);
    private final FloatTensor rows = FloatTensor.of(new float[ROWS], ROWS);

    /** The logits in native memory, and a place there for what is computed from them. */
    private final FloatTensor nativeLogits =
            FloatTensor.of(Arena.ofAuto().allocate((long) ROWS * CLASSES * Float.BYTES), ROWS, CLASSES);

    private final FloatTensor nativeOutput =
            FloatTensor.of(Arena.ofAuto().allocate((long) ROWS * CLASSES * Float.BYTES), ROWS, CLASSES);

    private final int[] target = new int[ROWS];
    private final CrossEntropyLoss loss =
            CrossEntropyLoss.builder().labelSmoothing(0.1).build();
    private final BceWithLogitsLoss bceWithLogits = BceWithLogitsLoss.create();
    private final BceLoss bce = BceLoss.create();
    private final KlDivLoss klDiv = KlDivLoss.create();
    private final Categorical categorical = Categorical.ofLogits();
    /** Made once, since calls are to allocate nothing. */
    private final int[] lastRow = {ROWS - 1, 3};

    private int calls;

    private PromotionRun() {
        SplittableRandom random = new SplittableRandom(5);
        float[] scores = new float[ROWS * CLASSES];
        float[] odd = new float[ROWS * CLASSES];
        float[] fractions = new float[ROWS * CLASSES];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (random.nextDouble() * 18 - 9);
            // Rows of one confident class, of negative numbers, and with negative infinities.
            odd[i] = i % CLASSES == 70 ? 30f : i % 11 == 0 ? Float.NEGATIVE_INFINITY : -20f - (i & 7);
            fractions[i] = (float) (0.001 + 0.998 * random.nextDouble());
        }
        for (int r = 0; r < ROWS; r++) {
            target[r] = random.nextInt(CLASSES);
        }
        logits = FloatTensor.of(scores, ROWS, CLASSES);
        for (int i = 0; i < scores.length; i++) {
            nativeLogits.set(scores[i], i / CLASSES, i % CLASSES);
        }
        doubtful = FloatTensor.of(odd, ROWS, CLASSES);
        probabilities = FloatTensor.of(fractions, ROWS, CLASSES);
    }

    /** Calls of many kernels; their results as one number of bits. */
    private long bits() {
        long bits = add(0, loss.forwardBackward(logits, target, output));
        bits = add(bits, output.array()[CLASSES + 3]);
        bits = add(bits, loss.forward(doubtful, target));
        bits = add(bits, loss.forward(logits, probabilities));
        bits = add(bits, loss.forward(logits.array(), CLASSES, CLASSES, target[1]));
        bits = add(bits, bceWithLogits.forwardBackward(logits, probabilities, output));
        bits = add(bits, bce.forward(probabilities, probabilities));
        bits = add(bits, klDiv.forward(logits, probabilities));
        Softmax.softmax(doubtful, -1, output);
        bits = add(bits, output.array()[69]);
        Softmax.logSoftmax(logits, -1, output);
        bits = add(bits, output.array()[ROWS * CLASSES - 1]);
        categorical.entropy(logits, rows);
        bits = add(bits, rows.array()[ROWS - 1]);
        Softmax.softmax(nativeLogits, -1, nativeOutput);
        bits = add(bits, nativeOutput.get(lastRow));
        Sigmoid.sigmoid(logits, output);
        return add(bits, output.array()[5]);
    }

    private static long add(long bits, float result) {
        return bits * 31 + Float.floatToRawIntBits(result);
    }

    /** Calls from a thread until all that is in use is promoted; how many had other bits than expected. */
    private static long untilPromoted(long expected) {
        PromotionRun own = new PromotionRun();
        long wrong = 0;
        long start = System.nanoTime();
        do {
            for (int i = 0; i < 200; i++) {
                wrong += own.bits() == expected ? 0 : 1;
            }
        } while (!Lanewise.isWarm() && System.nanoTime() - start < PATIENCE_NANOSECONDS);
        return wrong;
    }

    /** The least number of bytes that a round of all calls has allocated, of some. */
    private long allocated() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < CALLS; i++) {
            long before = AllocatedBytes.now();
            bits();
            least = Math.min(least, AllocatedBytes.now() - before);
        }
        return least;
    }

    /** How many bytes a call of few rows, of few classes or of columns allocates on average right after it has been warmed. */
    private static long allocatedByFewRows() {
        CrossEntropyLoss plain = CrossEntropyLoss.create();
        int[] classes = new int[16];
        FloatTensor sixteen = FloatTensor.of(new float[160], 16, 10);
        FloatTensor eight = FloatTensor.of(new float[80], 8, 10);
        FloatTensor columns = FloatTensor.of(new float[256 * 16], 256, 16);
        int[] eightClasses = new int[8];
        Runnable calls = () -> {
            plain.forward(sixteen, classes);
            plain.forwardBackward(eight, eightClasses, eight);
            Softmax.softmax(columns, 0, columns);
        };
        Lanewise.warmUp(calls);
        int times = 1000;
        long before = AllocatedBytes.now();
        for (int i = 0; i < times; i++) {
            calls.run();
        }
        return (AllocatedBytes.now() - before) / times;
    }

    /** How many bytes a call of a short row allocates on average, whatever its length and place. */
    private static long allocatedByAllLengths() {
        CrossEntropyLoss plain = CrossEntropyLoss.create();
        SplittableRandom random = new SplittableRandom(3);
        float[] row = new float[128];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian() * 3f;
        }
        int times = 4000;
        long before = AllocatedBytes.now();
        for (int i = 0; i < times; i++) {
            int n = 1 + random.nextInt(40);
            plain.forward(row, random.nextInt(row.length - n), n, n / 2);
        }
        return (AllocatedBytes.now() - before) / times;
    }

    /**
     * Runs.
     *
     * @param arguments "threads" to call from many at once while kernels are promoted, "warm" to warm all of them first, "used" for those that
     *     are used, "few" for calls of few rows alone, or "cold"
     */
    @SuppressWarnings("SystemOut") // A program's results.
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("few")) {
            System.out.println("allocated " + allocatedByFewRows());
            return;
        }
        if (arguments[0].equals("warm")) {
            Lanewise.warmUp();
            System.out.println("lengths " + allocatedByAllLengths());
        }
        PromotionRun run = new PromotionRun();
        System.out.println("warm at first " + Lanewise.isWarm());
        if (arguments[0].equals("used")) {
            Lanewise.warmUp(() -> run.calls += run.bits() == 0 ? 0 : 1);
            System.out.println("calls " + run.calls);
            System.out.println("warmed " + Lanewise.status());
        }
        long expected = run.bits();
        System.out.println("warm behind a call " + Lanewise.isWarm());
        System.out.println("bits " + expected);
        long wrong = 0;
        if (arguments[0].equals("threads")) {
            for (ExecutorService executor :
                    List.of(Executors.newFixedThreadPool(4), Executors.newVirtualThreadPerTaskExecutor())) {
                Future<?>[] calls = new Future<?>[8];
                for (int i = 0; i < calls.length; i++) {
                    calls[i] = executor.submit(() -> untilPromoted(expected));
                }
                for (Future<?> call : Arrays.asList(calls)) {
                    wrong += (Long) call.get();
                }
                executor.close();
            }
        } else {
            wrong = untilPromoted(expected);
        }
        System.out.println("wrong " + wrong);
        System.out.println("allocated " + run.allocated());
        System.out.println("warm at last " + Lanewise.isWarm());
        System.out.println("status " + Lanewise.status());
    }
}
