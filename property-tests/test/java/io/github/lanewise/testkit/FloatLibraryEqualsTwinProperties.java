// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** The whole library gives the same bits on the kernels it has chosen as on the scalar twin. */
@Tag("vector")
class FloatLibraryEqualsTwinProperties {
    private static final LossImplementation TWIN = TwinLoader.scalar(FloatLanewise.class);

    private final LossImplementation chosen = new FloatLanewise();

    @Example
    void theTwinIsALibraryOfItsOwn() {
        assertNotSame(chosen.getClass(), TWIN.getClass());
    }

    @Property(tries = 120)
    void softmaxFamily(@ForAll ClassBatch batch, @ForAll @IntRange(max = 4) int anyDim) {
        Tensor x = batch.scores();
        int dim = anyDim % x.rank();
        Tensor g = batch.elementUpstream();
        assertEquals(TWIN.softmax(x, dim), chosen.softmax(x, dim));
        assertEquals(TWIN.logSoftmax(x, dim), chosen.logSoftmax(x, dim));
        assertEquals(TWIN.logSumExp(x, dim, true), chosen.logSumExp(x, dim, true));
        assertEquals(TWIN.softmaxGradient(x, dim, g), chosen.softmaxGradient(x, dim, g));
        assertEquals(TWIN.logSoftmaxGradient(x, dim, g), chosen.logSoftmaxGradient(x, dim, g));
        int classes = batch.rows().dim();
        Tensor upstream = batch.upstream();
        assertEquals(
                TWIN.logSumExpGradient(x, classes, false, upstream),
                chosen.logSumExpGradient(x, classes, false, upstream));
    }

    @Property(tries = 120)
    void losses(@ForAll ClassBatch batch, @ForAll Reduction reduction) {
        Tensor x = batch.scores();
        long[] target = batch.targetWithIgnored(-1);
        Tensor probabilities = batch.probabilities();
        ClassLossOptions options = batch.options().withIgnoreIndex(-1).withReduction(reduction);
        Tensor g = reduction == Reduction.NONE ? batch.upstream() : null;
        assertEquals(TWIN.nllLoss(x, target, options), chosen.nllLoss(x, target, options));
        assertEquals(TWIN.nllLossGradient(x, target, options, g), chosen.nllLossGradient(x, target, options, g));
        assertEquals(TWIN.crossEntropy(x, target, options), chosen.crossEntropy(x, target, options));
        assertEquals(
                TWIN.crossEntropyGradient(x, target, options, g), chosen.crossEntropyGradient(x, target, options, g));
        assertEquals(
                TWIN.crossEntropyProbabilities(x, probabilities, options),
                chosen.crossEntropyProbabilities(x, probabilities, options));
        assertEquals(
                TWIN.crossEntropyProbabilitiesGradient(x, probabilities, options, g),
                chosen.crossEntropyProbabilitiesGradient(x, probabilities, options, g));
    }

    @Property(tries = 120)
    void vectorsAndDistributions(@ForAll ClassBatch batch, @ForAll Reduction reduction) {
        Tensor x = batch.scores().withShape(batch.count(), batch.classes());
        Tensor y = batch.elementUpstream().withShape(batch.count(), batch.classes());
        Tensor g = batch.upstream().withShape(batch.count());
        CosineOptions options = CosineOptions.DEFAULT.withMargin(0.25).withReduction(reduction);
        Tensor upstream = reduction == Reduction.NONE ? g : null;
        assertEquals(
                TWIN.cosineEmbeddingLoss(x, y, batch.signs(), options),
                chosen.cosineEmbeddingLoss(x, y, batch.signs(), options));
        assertEquals(
                TWIN.cosineEmbeddingLossGradient(x, y, batch.signs(), options, upstream),
                chosen.cosineEmbeddingLossGradient(x, y, batch.signs(), options, upstream));
        assertEquals(
                TWIN.cosineEmbeddingLossSum(x, y, batch.signs(), options),
                chosen.cosineEmbeddingLossSum(x, y, batch.signs(), options));
        Tensor weights = batch.elementWeights().withShape(batch.count(), batch.classes());
        checkDistribution(weights, CategoricalOptions.PROBABILITIES, batch.target(), g);
        checkDistribution(y, CategoricalOptions.LOGITS, batch.target(), g);
    }

    private void checkDistribution(Tensor x, CategoricalOptions options, long[] value, Tensor g) {
        assertEquals(TWIN.categoricalEntropy(x, options), chosen.categoricalEntropy(x, options));
        assertEquals(TWIN.categoricalEntropyGradient(x, options, g), chosen.categoricalEntropyGradient(x, options, g));
        assertEquals(TWIN.categoricalLogProb(x, options, value), chosen.categoricalLogProb(x, options, value));
        assertEquals(
                TWIN.categoricalLogProbGradient(x, options, value, g),
                chosen.categoricalLogProbGradient(x, options, value, g));
    }
}
