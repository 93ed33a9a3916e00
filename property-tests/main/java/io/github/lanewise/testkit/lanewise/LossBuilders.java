// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.lanewise;

import io.github.lanewise.BceLoss;
import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.Categorical;
import io.github.lanewise.CosineEmbeddingLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.Denominator;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.Indeterminate;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.LabelSmoothing;
import io.github.lanewise.LossSum;
import io.github.lanewise.NllLoss;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Reduction;
import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.LossPart;
import io.github.lanewise.testkit.Policies;
import io.github.lanewise.testkit.Tensor;

/** The kit's options as Lanewise's losses. */
final class LossBuilders {
    private LossBuilders() {}

    static NllLoss nll(ClassLossOptions options) {
        NllLoss.Builder builder = NllLoss.builder()
                .ignoreIndex(options.ignoreIndex())
                .reduction(reduction(options.reduction()))
                .emptyMean(onEmpty(options.policies().onEmpty()));
        if (!isDefault(options.policies())) {
            builder.denominator(denominator(options.policies()));
        }
        Tensor weight = options.weight();
        return (weight == null ? builder : builder.weight(weight.data())).build();
    }

    static CrossEntropyLoss crossEntropy(ClassLossOptions options) {
        CrossEntropyLoss.Builder builder = CrossEntropyLoss.builder()
                .ignoreIndex(options.ignoreIndex())
                .labelSmoothing(smoothing(options))
                .reduction(reduction(options.reduction()))
                .emptyMean(onEmpty(options.policies().onEmpty()))
                .fullyMasked(onEmpty(options.policies().onMaskedRow()))
                .zeroTimesInfinity(indeterminate(options.policies().indeterminate()));
        if (!isDefault(options.policies())) {
            builder.denominator(denominator(options.policies()));
        }
        Tensor weight = options.weight();
        return (weight == null ? builder : builder.weight(weight.data())).build();
    }

    private static LabelSmoothing smoothing(ClassLossOptions options) {
        double amount = options.labelSmoothing();
        return switch (options.smoothing()) {
            case ALL_CLASSES -> LabelSmoothing.uniform(amount);
            case OTHER_CLASSES -> LabelSmoothing.others(amount);
            case TARGET_WEIGHT -> LabelSmoothing.targetWeighted(amount);
        };
    }

    static BceLoss bce(BinaryLossOptions options) {
        BceLoss.Builder builder = BceLoss.builder()
                .exact(options.exact())
                .reduction(reduction(options.reduction()))
                .emptyMean(onEmpty(options.policies().onEmpty()));
        if (!isDefault(options.policies())) {
            builder.denominator(denominator(options.policies()));
        }
        Tensor weight = options.weight();
        return (weight == null ? builder : builder.weight(view(weight))).build();
    }

    static BceWithLogitsLoss bceWithLogits(BinaryLossOptions options) {
        BceWithLogitsLoss.Builder builder = BceWithLogitsLoss.builder()
                .reduction(reduction(options.reduction()))
                .emptyMean(onEmpty(options.policies().onEmpty()))
                .infiniteLogits(indeterminate(options.policies().indeterminate()));
        if (!isDefault(options.policies())) {
            builder.denominator(denominator(options.policies()));
        }
        Tensor weight = options.weight();
        if (weight != null) {
            builder.weight(view(weight));
        }
        Tensor positive = options.positiveWeight();
        return (positive == null ? builder : builder.posWeight(view(positive))).build();
    }

    static KlDivLoss klDiv(KlDivOptions options) {
        KlDivLoss.Builder builder = KlDivLoss.builder()
                .logTarget(options.logTarget())
                .reduction(reduction(options.reduction()))
                .emptyMean(onEmpty(options.policies().onEmpty()))
                .zeroTimesInfinity(indeterminate(options.policies().indeterminate()));
        if (!isDefault(options.policies())) {
            builder.denominator(denominator(options.policies()));
        }
        return builder.build();
    }

    static CosineEmbeddingLoss cosine(CosineOptions options) {
        CosineEmbeddingLoss.Builder builder = CosineEmbeddingLoss.builder()
                .margin(options.margin())
                .reduction(reduction(options.reduction()))
                .emptyMean(onEmpty(options.policies().onEmpty()));
        if (!isDefault(options.policies())) {
            builder.denominator(denominator(options.policies()));
        }
        return builder.build();
    }

    static Categorical categorical(CategoricalOptions options) {
        Categorical categorical = options.from() == CategoricalOptions.From.LOGITS
                ? Categorical.ofLogits()
                : Categorical.ofProbabilities();
        return categorical.zeroTimesInfinity(indeterminate(options.indeterminate()));
    }

    static LossPart part(LossSum sum) {
        return new LossPart(sum.sum(), sum.denominator(), sum.count());
    }

    private static DoubleTensor view(Tensor weight) {
        return DoubleTensor.of(weight.data(), weight.shape());
    }

    private static boolean isDefault(Policies policies) {
        return policies.denominator().kind() == io.github.lanewise.testkit.Denominator.Kind.DEFAULT;
    }

    private static Denominator denominator(Policies policies) {
        return switch (policies.denominator().kind()) {
            case DEFAULT -> throw new IllegalArgumentException("each loss has its own");
            case WEIGHTED -> Denominator.WEIGHTED;
            case VALID_COUNT -> Denominator.VALID_COUNT;
            case BATCH -> Denominator.BATCH;
            case ELEMENTS -> Denominator.ELEMENTS;
            case GIVEN -> Denominator.given(policies.denominator().number());
        };
    }

    private static Reduction reduction(io.github.lanewise.testkit.Reduction reduction) {
        return Reduction.valueOf(reduction.name());
    }

    private static OnEmpty onEmpty(io.github.lanewise.testkit.OnEmpty policy) {
        return OnEmpty.valueOf(policy.name());
    }

    private static Indeterminate indeterminate(io.github.lanewise.testkit.Indeterminate policy) {
        return Indeterminate.valueOf(policy.name());
    }
}
