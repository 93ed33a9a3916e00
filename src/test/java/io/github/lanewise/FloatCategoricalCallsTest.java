// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every way to call {@link Categorical}, against the formulas in double. */
class FloatCategoricalCallsTest {
    private static final int ROWS = 6;
    private static final int EVENTS = 5;
    private static final double TOLERANCE = 64 * Math.ulp(1f);

    private final SplittableRandom random = new SplittableRandom(77);
    private final FloatTensor logits = FloatTensor.of(FloatViews.normal(random, ROWS * EVENTS), ROWS, EVENTS);
    private final FloatTensor probabilities = FloatTensor.of(new float[ROWS * EVENTS], ROWS, EVENTS);
    private final double[][] lp = new double[ROWS][EVENTS];
    private final int[] value = {0, 4, 2, 2, 1, 3};
    private final long[] longs = {0, 4, 2, 2, 1, 3};

    FloatCategoricalCallsTest() {
        for (int r = 0; r < ROWS; r++) {
            double sum = 0.0;
            for (int e = 0; e < EVENTS; e++) {
                // Not normalised, which the library does.
                probabilities.set((float) (3.0 * Math.exp(logits.get(r, e))), r, e);
                sum += Math.exp(logits.get(r, e));
            }
            for (int e = 0; e < EVENTS; e++) {
                lp[r][e] = logits.get(r, e) - Math.log(sum);
            }
        }
    }

    private double entropy(int r) {
        double entropy = 0.0;
        for (int e = 0; e < EVENTS; e++) {
            entropy -= Math.exp(lp[r][e]) * lp[r][e];
        }
        return entropy;
    }

    private static FloatTensor room(int... shape) {
        int numel = 1;
        for (int size : shape) {
            numel *= size;
        }
        return FloatTensor.of(new float[numel], shape);
    }

    @Test
    void entropies() {
        FloatTensor ofLogits = room(ROWS);
        FloatTensor ofProbabilities = room(ROWS);
        FloatTensor acrossColumns = room(ROWS);
        Categorical.ofLogits().entropy(logits, ofLogits);
        Categorical.ofProbabilities().entropy(probabilities, ofProbabilities);
        Categorical.ofLogits().entropy(transposed(logits), 0, acrossColumns);
        for (int r = 0; r < ROWS; r++) {
            assertEquals(entropy(r), ofLogits.get(r), TOLERANCE);
            assertEquals(entropy(r), ofProbabilities.get(r), TOLERANCE);
            assertEquals(entropy(r), acrossColumns.get(r), TOLERANCE);
        }
    }

    private static FloatTensor transposed(FloatTensor x) {
        return FloatTensor.of(x.transpose(0, 1).toArray(), EVENTS, ROWS);
    }

    @Test
    void gradientsOfEntropies() {
        FloatTensor g = FloatTensor.of(FloatViews.normal(random, ROWS), ROWS);
        FloatTensor gradLogits = room(ROWS, EVENTS);
        FloatTensor gradProbabilities = room(ROWS, EVENTS);
        FloatTensor gradColumns = room(EVENTS, ROWS);
        Categorical.ofLogits().entropyBackward(logits, g, gradLogits);
        Categorical.ofProbabilities().entropyBackward(probabilities, g, gradProbabilities);
        Categorical.ofLogits().entropyBackward(transposed(logits), 0, g, gradColumns);
        for (int r = 0; r < ROWS; r++) {
            double sum = 0.0;
            for (int e = 0; e < EVENTS; e++) {
                sum += probabilities.get(r, e);
            }
            for (int e = 0; e < EVENTS; e++) {
                double slope = -g.get(r) * (lp[r][e] + entropy(r));
                assertEquals(Math.exp(lp[r][e]) * slope, gradLogits.get(r, e), TOLERANCE);
                assertEquals(gradLogits.get(r, e), gradColumns.get(e, r), TOLERANCE);
                assertEquals(slope / sum, gradProbabilities.get(r, e), TOLERANCE);
            }
        }
    }

    @Test
    void logProbabilitiesOfEvents() {
        FloatTensor ints = room(ROWS);
        FloatTensor asLongs = room(ROWS);
        FloatTensor ofProbabilities = room(ROWS);
        Categorical.ofLogits().logProb(logits, value, ints);
        Categorical.ofLogits().logProb(logits, longs, asLongs);
        Categorical.ofProbabilities().logProb(probabilities, longs, ofProbabilities);
        for (int r = 0; r < ROWS; r++) {
            assertEquals(lp[r][value[r]], ints.get(r), TOLERANCE);
            assertEquals(ints.get(r), asLongs.get(r));
            assertEquals(lp[r][value[r]], ofProbabilities.get(r), TOLERANCE);
        }
    }

    @Test
    void gradientsOfLogProbabilities() {
        FloatTensor g = FloatTensor.of(FloatViews.normal(random, ROWS), ROWS);
        FloatTensor ints = room(ROWS, EVENTS);
        FloatTensor asLongs = room(ROWS, EVENTS);
        FloatTensor gradProbabilities = room(ROWS, EVENTS);
        Categorical.ofLogits().logProbBackward(logits, value, g, ints);
        Categorical.ofLogits().logProbBackward(logits, longs, g, asLongs);
        Categorical.ofProbabilities().logProbBackward(probabilities, value, g, gradProbabilities);
        for (int r = 0; r < ROWS; r++) {
            double sum = 0.0;
            for (int e = 0; e < EVENTS; e++) {
                sum += probabilities.get(r, e);
            }
            for (int e = 0; e < EVENTS; e++) {
                double own = e == value[r] ? 1.0 : 0.0;
                assertEquals(g.get(r) * (own - Math.exp(lp[r][e])), ints.get(r, e), TOLERANCE);
                assertEquals(ints.get(r, e), asLongs.get(r, e));
                double slope = own == 0.0 ? -1.0 / sum : 1.0 / probabilities.get(r, e) - 1.0 / sum;
                assertEquals(g.get(r) * slope, gradProbabilities.get(r, e), TOLERANCE * Math.abs(slope) + TOLERANCE);
            }
        }
    }

    /** The quotient is 1 but for less than half of what a number may differ by there. */
    @Test
    void aNearlyCertainEventIsClamped() {
        FloatTensor nearly = FloatTensor.of(new float[] {1.9f, 2.5e-16f}, 1, 2);
        FloatTensor one = FloatTensor.of(new float[] {1f}, 1);
        FloatTensor slopes = room(1, 2);
        Categorical.ofProbabilities().logProbBackward(nearly, new int[1], one, slopes);
        assertEquals(0f, slopes.get(0, 0));
        assertEquals(0f, slopes.get(0, 1));
    }

    @Test
    void oneHotRowsWithAndWithoutTheClamp() {
        FloatTensor certain = FloatTensor.of(new float[] {0f, 1f, 0f}, 1, 3);
        FloatTensor entropy = room(1);
        Categorical.ofProbabilities().entropy(certain, entropy);
        // PyTorch's clamp of probabilities at the machine epsilon.
        assertEquals(Math.ulp(1f), entropy.get(0), Math.ulp(1f) / 2);
        Categorical.ofProbabilities().zeroTimesInfinity(Indeterminate.LIMIT).entropy(certain, entropy);
        assertEquals(0f, entropy.get(0));
    }

    @Test
    void rejectionsWriteNothing() {
        FloatTensor out = FloatTensor.of(new float[] {7f, 7f, 7f, 7f, 7f, 7f}, ROWS);
        FloatTensor grad = room(ROWS, EVENTS);
        Categorical logit = Categorical.ofLogits();
        assertThrows(IndexOutOfBoundsException.class, () -> logit.logProb(logits, new int[] {0, 5, 0, 0, 0, 0}, out));
        assertThrows(IndexOutOfBoundsException.class, () -> logit.logProb(logits, new long[] {0, 0, 0, -1, 0, 0}, out));
        assertThrows(IllegalArgumentException.class, () -> logit.logProb(logits, new int[5], out));
        assertThrows(IllegalArgumentException.class, () -> logit.entropy(logits, room(ROWS + 1)));
        assertThrows(IllegalArgumentException.class, () -> logit.entropyBackward(logits, room(ROWS + 1), grad));
        assertThrows(IllegalArgumentException.class, () -> logit.entropyBackward(logits, out, room(EVENTS, ROWS)));
        assertThrows(
                IllegalArgumentException.class,
                () -> logit.logProbBackward(logits, value, out, room(ROWS, EVENTS + 1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Categorical.ofProbabilities().entropy(FloatTensor.of(new float[] {-1f, 2f}, 1, 2), room(1)));
        FloatTensor masked = FloatTensor.of(new float[] {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY}, 1, 2);
        assertThrows(IllegalArgumentException.class, () -> logit.entropy(masked, room(1)));
        FloatTensor answer = room(1);
        logit.fullyMasked(OnEmpty.NAN).entropy(masked, answer);
        assertTrue(Float.isNaN(answer.get(0)));
        logit.fullyMasked(OnEmpty.ZERO).entropy(masked, answer);
        assertEquals(0f, answer.get(0));
        for (float untouched : out.array()) {
            assertEquals(7f, untouched);
        }
    }
}
