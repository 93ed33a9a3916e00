// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums of parts of a batch and the mean that they make. */
class LossSumTest {
    private static final Denominator TOKENS = Denominator.given(7.0);
    private static final int SAMPLES = 6;

    /** Scores below 0, as log-probabilities are. */
    private final FloatTensor scores = view(-3.0);

    /** Numbers between 0 and 1. */
    private final FloatTensor shares = view(0.0);

    private static FloatTensor view(double least) {
        float[] data = new float[SAMPLES * 3];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (least + (i * 7 % 18 + 1) / 20.0);
        }
        return FloatTensor.of(data, SAMPLES, 3);
    }

    /** The samples from one to another as a sum, and all of them as a mean. */
    private record Loss(Function<int[], LossSum> sum, float mean) {}

    private static FloatTensor part(FloatTensor whole, int... range) {
        return whole.slice(0, range[0], range[1]);
    }

    private static int[] part(int[] whole, int... range) {
        return Arrays.copyOfRange(whole, range[0], range[1]);
    }

    static Stream<Arguments> losses() {
        return Stream.of("cross entropy", "probabilities", "likelihood", "binary", "logits", "divergence", "cosine")
                .map(Arguments::of);
    }

    /** A loss of an input and a target of its shape. */
    private static Loss ofViews(
            BiFunction<FloatTensor, FloatTensor, LossSum> sum, FloatTensor x, FloatTensor t, float mean) {
        return new Loss(r -> sum.apply(part(x, r), part(t, r)), mean);
    }

    private Loss loss(String name) {
        int[] classes = {0, 2, -1, 1, 1, 0};
        int[] signs = {1, -1, 1, 1, -1, -1};
        CrossEntropyLoss ce = CrossEntropyLoss.builder().denominator(TOKENS).build();
        CrossEntropyLoss ignoring =
                CrossEntropyLoss.builder().ignoreIndex(-1).denominator(TOKENS).build();
        NllLoss nll = NllLoss.builder().ignoreIndex(-1).denominator(TOKENS).build();
        BceLoss bce = BceLoss.builder().denominator(TOKENS).build();
        BceWithLogitsLoss logits =
                BceWithLogitsLoss.builder().denominator(TOKENS).build();
        KlDivLoss kl = KlDivLoss.builder().denominator(TOKENS).build();
        CosineEmbeddingLoss cosine =
                CosineEmbeddingLoss.builder().denominator(TOKENS).build();
        return switch (name) {
            case "cross entropy" ->
                new Loss(r -> ignoring.sum(part(scores, r), part(classes, r)), ignoring.forward(scores, classes));
            case "likelihood" ->
                new Loss(r -> nll.sum(part(scores, r), part(classes, r)), nll.forward(scores, classes));
            case "probabilities" -> ofViews(ce::sum, scores, shares, ce.forward(scores, shares));
            case "binary" -> ofViews(bce::sum, shares, shares, bce.forward(shares, shares));
            case "logits" -> ofViews(logits::sum, scores, shares, logits.forward(scores, shares));
            case "divergence" -> ofViews(kl::sum, scores, shares, kl.forward(scores, shares));
            default ->
                new Loss(
                        r -> cosine.sum(part(scores, r), part(shares, r), part(signs, r)),
                        cosine.forward(scores, shares, signs));
        };
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aGivenDenominatorIsThatOfTheWholeHoweverTheBatchIsCut(String name) {
        Loss loss = loss(name);
        for (int cut = 0; cut <= SAMPLES; cut++) {
            LossSum parts = LossSum.ZERO
                    .plus(loss.sum.apply(new int[] {0, cut}))
                    .plus(loss.sum.apply(new int[] {cut, SAMPLES}))
                    .plus(LossSum.ZERO);
            assertTrue(parts.given());
            assertEquals(7.0, parts.denominator());
            assertEquals(loss.mean, (float) parts.mean(), Math.ulp(loss.mean));
        }
    }

    @Test
    void otherDenominatorsDoNotGoWithAGivenOne() {
        LossSum given = new LossSum(1.0, 4.0, 2, true);
        for (LossSum other : new LossSum[] {new LossSum(1.0, 5.0, 2, true), new LossSum(1.0, 4.0, 2)}) {
            assertThrows(IllegalArgumentException.class, () -> given.plus(other));
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> other.plus(given));
            assertTrue(
                    e.getMessage().contains(given.toString()) && e.getMessage().contains(other.toString()));
        }
        assertEquals(new LossSum(3.0, 4.0, 3, true), given.plus(new LossSum(2.0, 4.0, 1, true)));
        assertEquals(new LossSum(3.0, 9.0, 3), new LossSum(1.0, 4.0, 2).plus(new LossSum(2.0, 5.0, 1)));
    }

    /** As the loss itself divides: 0 by 0 is no number, and another sum by 0 is infinite. */
    @Test
    void weightsThatCancel() {
        CrossEntropyLoss loss = CrossEntropyLoss.builder().weight(1, -1).build();
        FloatTensor logits = FloatTensor.of(new float[] {1, 2, 1, 2}, 2, 2);
        assertEquals(Float.POSITIVE_INFINITY, loss.forward(logits, new int[] {0, 1}));
        assertEquals(
                Double.POSITIVE_INFINITY, loss.sum(logits, new int[] {0, 1}).mean());
        assertEquals(Double.doubleToRawLongBits(Double.NaN), Double.doubleToRawLongBits(LossSum.ZERO.mean()));
    }
}
