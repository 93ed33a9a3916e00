// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.generators;

import io.github.lanewise.testkit.Precision;
import java.util.Arrays;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Arbitrary batches. Sizes lie around the boundaries of vector lanes, blocks and chunks; dimensions after the classes are as
 * likely as none.
 */
public final class Batches {
    private static final Integer[] CLASSES = {
        2, 1, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 47, 48, 63, 64, 65, 100, 127, 128, 129, 1000, 4095, 4096,
        4097, 8193
    };
    private static final Integer[] SAMPLES = {1, 2, 3, 4, 5, 7, 9};
    private static final Integer[] POSITIONS = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 255, 256, 257, 300};

    private Batches() {}

    /**
     * Batches of given kinds.
     *
     * @param precision the type of the numbers
     * @param kinds the kinds of scores
     * @param mostClasses the most classes; at least 1
     * @param mostElements about the most scores; one row may have more
     * @return an arbitrary that shrinks towards small shapes and the first kind
     */
    public static Arbitrary<ClassBatch> of(
            Precision precision, Set<ScoreKind> kinds, int mostClasses, int mostElements) {
        Integer[] classes = Arrays.stream(CLASSES).filter(c -> c <= mostClasses).toArray(Integer[]::new);
        Arbitrary<int[]> shapes = Combinators.combine(
                        Arbitraries.of(classes),
                        Arbitraries.of(SAMPLES),
                        Arbitraries.of(POSITIONS),
                        Arbitraries.of(SAMPLES),
                        Arbitraries.of(1, 0, 2, 3, 4))
                .as((c, n, inner, middle, form) -> shape(c, n, inner, middle, form, mostElements));
        return Combinators.combine(
                        shapes, Arbitraries.of(kinds), Arbitraries.longs().withoutEdgeCases())
                .as((shape, kind, seed) -> new ClassBatch(shape, kind, seed, precision));
    }

    private static int[] shape(int classes, int samples, int inner, int middle, int form, int mostElements) {
        int room = Math.max(1, mostElements / classes);
        int n = Math.min(samples, room);
        int last = Math.min(inner, Math.max(1, room / n));
        int between = Math.min(middle, Math.max(1, room / n / last));
        return switch (form) {
            case 0 -> new int[] {classes};
            case 1 -> new int[] {n, classes};
            case 2 -> new int[] {n, classes, last};
            case 3 -> new int[] {n, classes, between, last};
            default -> new int[] {n, classes, between, last, 1 + middle % 2};
        };
    }
}
