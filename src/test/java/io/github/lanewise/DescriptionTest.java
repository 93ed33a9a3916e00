// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

/** What losses say of themselves in a log: the options that somebody has chosen. */
class DescriptionTest {
    @Test
    void defaultsAreLeftOut() {
        assertEquals("CrossEntropyLoss()", CrossEntropyLoss.create().toString());
        assertEquals("NllLoss()", NllLoss.create().toString());
        assertEquals("BceLoss()", BceLoss.create().toString());
        assertEquals("BceWithLogitsLoss()", BceWithLogitsLoss.create().toString());
        assertEquals("KlDivLoss()", KlDivLoss.create().toString());
        assertEquals("CosineEmbeddingLoss()", CosineEmbeddingLoss.create().toString());
        assertEquals("LogitSummary()", LogitSummary.create().toString());
    }

    @Test
    void whatWasChosenIsNamedAsInTheBuilder() {
        Parallelism two = Parallelism.of(ForkJoinPool.commonPool(), 2);
        assertEquals(
                "CrossEntropyLoss(weight=shape [3], ignoreIndex=0, labelSmoothing=uniform(0.1), fullyMasked=ZERO, zeroTimesInfinity=LIMIT,"
                        + " reduction=SUM, denominator=given(4.0), emptyMean=ZERO, parallelism=" + two + ")",
                CrossEntropyLoss.builder()
                        .weight(1f, 2f, 3f)
                        .ignoreIndex(0)
                        .labelSmoothing(0.1)
                        .fullyMasked(OnEmpty.ZERO)
                        .zeroTimesInfinity(Indeterminate.LIMIT)
                        .reduction(Reduction.SUM)
                        .denominator(Denominator.given(4))
                        .emptyMean(OnEmpty.ZERO)
                        .parallelism(two)
                        .build()
                        .toString());
        assertEquals(
                "NllLoss(weight=shape [2], reduction=NONE)",
                NllLoss.builder()
                        .weight(1f, 1f)
                        .reduction(Reduction.NONE)
                        .build()
                        .toString());
        assertEquals(
                "BceLoss(weight=shape [2, 1], exact=true)",
                BceLoss.builder()
                        .weight(FloatTensor.of(new float[2], 2, 1))
                        .exact(true)
                        .build()
                        .toString());
        assertEquals(
                "BceWithLogitsLoss(posWeight=2.5, infiniteLogits=LIMIT)",
                BceWithLogitsLoss.builder()
                        .posWeight(2.5)
                        .infiniteLogits(Indeterminate.LIMIT)
                        .build()
                        .toString());
        assertEquals(
                "KlDivLoss(logTarget=true, zeroTimesInfinity=LIMIT, reduction=BATCH_MEAN)",
                KlDivLoss.builder()
                        .logTarget(true)
                        .zeroTimesInfinity(Indeterminate.LIMIT)
                        .reduction(Reduction.BATCH_MEAN)
                        .build()
                        .toString());
        assertEquals(
                "Categorical.ofProbabilities(fullyMasked=ZERO)",
                Categorical.ofProbabilities().fullyMasked(OnEmpty.ZERO).toString());
        assertEquals(
                "Parallelism[2 tasks on pool, lingering PT0.001S]",
                Parallelism.of(
                                new Executor() {
                                    @Override
                                    public void execute(Runnable work) {
                                        work.run();
                                    }

                                    @Override
                                    public String toString() {
                                        return "pool";
                                    }
                                },
                                2)
                        .lingering(Duration.ofMillis(1))
                        .toString());
        assertEquals(
                "CosineEmbeddingLoss(margin=0.5, denominator=BATCH)",
                CosineEmbeddingLoss.builder()
                        .margin(0.5)
                        .denominator(Denominator.BATCH)
                        .build()
                        .toString());
        assertEquals(
                "LogitSummary(temperature=0.7, topK=5, entropy=false)",
                LogitSummary.builder()
                        .temperature(0.7)
                        .topK(5)
                        .entropy(false)
                        .build()
                        .toString());
    }
}
