// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/**
 * A program of its own: one batch whose last row ends where its array ends, 64 x 1000, in a JVM that has seen nothing else.
 * Prints the least number of bytes that 500 calls allocate.
 */
final class ArrayEndAllocation {
    private static final int WARM_UP = 20_000;
    private static final int WINDOWS = 6;
    private static final int CALLS = 500;

    private ArrayEndAllocation() {}

    /** Prints a line that starts with "bytes". */
    public static void main(String[] args) {
        float[] scores = new float[64 * 1000];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = i * 7919 % 1009 * 0.01f;
        }
        FloatTensor logits = FloatTensor.of(scores, 64, 1000);
        FloatTensor gradLogits = FloatTensor.of(new float[scores.length], 64, 1000);
        CrossEntropyLoss loss = CrossEntropyLoss.create();
        int[] target = new int[64];
        float guard = 0f;
        for (int i = 0; i < WARM_UP; i++) {
            guard += loss.forwardBackward(logits, target, gradLogits);
        }
        long least = Long.MAX_VALUE;
        for (int window = 0; window < WINDOWS; window++) {
            long before = AllocatedBytes.now();
            for (int i = 0; i < CALLS; i++) {
                guard += loss.forwardBackward(logits, target, gradLogits);
            }
            least = Math.min(least, AllocatedBytes.now() - before);
        }
        System.out.println("bytes " + least + " guard " + guard);
    }
}
