// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

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
import io.github.lanewise.LogSumExpAccumulator;
import io.github.lanewise.LogitSummary;
import io.github.lanewise.NllLoss;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Reduction;
import io.github.lanewise.SequenceScore;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/** Options for whatever a form is a method of, and the object that they make. */
final class Options {
    Reduction reduction = Reduction.MEAN;

    /** Null for the loss's own. */
    Denominator denominator;

    OnEmpty emptyMean = OnEmpty.NAN;
    OnEmpty fullyMasked = OnEmpty.NAN;
    Indeterminate indeterminate = Indeterminate.NAN;
    LabelSmoothing smoothing = LabelSmoothing.NONE;
    long ignoreIndex = -100;

    /** Class weights, or the weights of elements in {@link #weightShape}; null for none. */
    double[] weight;

    int[] weightShape;

    /** As weight, for the positive part. */
    double[] posWeight;

    int[] posWeightShape;
    boolean exact;
    boolean logTarget;
    double margin;
    boolean logits;
    double temperature = 1.0;
    int topK = 1;
    boolean entropy = true;

    /** Whether the results that a summary is to fill were made by another one. */
    boolean foreignResults;

    /** Random options, most of which suit the form. */
    static Options draw(Form form, Scene scene, Draw draw) {
        Options options = new Options();
        Reduction[] reductions = form.isOf(KlDivLoss.class) ? Reduction.values() : Arrays.copyOf(Reduction.values(), 3);
        do {
            options.reduction = draw.one(reductions);
        } while (!form.suits(options.reduction) && draw.chance(0.97));
        if (draw.chance(0.4)) {
            options.denominator = draw.one(
                    Denominator.WEIGHTED,
                    Denominator.VALID_COUNT,
                    Denominator.BATCH,
                    Denominator.ELEMENTS,
                    Denominator.given(draw.one(3.0, -0.5, 1e9)));
        }
        options.emptyMean = draw.chance(0.5) ? OnEmpty.NAN : draw.one(OnEmpty.values());
        options.fullyMasked = draw.chance(0.5) ? OnEmpty.NAN : draw.one(OnEmpty.values());
        options.indeterminate = draw.one(Indeterminate.values());
        double amount = draw.one(0.1, 0.5, 1.0);
        options.smoothing = draw.one(
                LabelSmoothing.NONE,
                LabelSmoothing.NONE,
                LabelSmoothing.uniform(amount),
                LabelSmoothing.others(amount),
                LabelSmoothing.targetWeighted(amount));
        boolean index = draw.chance(form.isView("target") ? 0.02 : 0.3);
        options.ignoreIndex = index ? draw.one(0L, 1L, 5L, -1L, Long.MIN_VALUE) : -draw.one(100L, 1L, 100L);
        options.exact = draw.chance(0.3);
        options.logTarget = draw.chance(0.3);
        options.margin = draw.one(0.0, 0.2, -2.0, 1.5);
        options.logits = draw.chance(0.5);
        options.temperature = draw.one(1.0, 1.0, 0.7, 3.0, (double) Float.MIN_NORMAL, (double) Float.MAX_VALUE);
        options.topK = draw.chance(0.5) ? 1 : 1 + draw.below(draw.chance(0.1) ? 40 : Math.max(1, scene.classes()));
        options.entropy = draw.chance(0.7);
        if (draw.chance(0.3)) {
            options.weightShape = scene.weightShape(form, draw);
            options.weight = weights(options.weightShape, draw);
        }
        if (draw.chance(0.3)) {
            options.posWeightShape = scene.weightShape(form, draw);
            options.posWeight = weights(options.posWeightShape, draw);
        }
        return options;
    }

    private static double[] weights(int[] shape, Draw draw) {
        double[] weights = new double[Places.count(shape)];
        // Numbers that a float holds.
        Arrays.setAll(weights, i -> draw.chance(0.1) ? draw.one(0.0, -1.0) : (float) draw.random.nextDouble(0.1, 3.0));
        return weights;
    }

    /** What the form is called on; null for static methods. */
    Object receiver(Form form) {
        if (Modifier.isStatic(form.method().getModifiers())) {
            return null;
        }
        return switch (form.owner().getSimpleName()) {
            case "CrossEntropyLoss" -> crossEntropy();
            case "NllLoss" -> nll();
            case "BceLoss" -> bce();
            case "BceWithLogitsLoss" -> bceWithLogits();
            case "KlDivLoss" -> klDiv();
            case "CosineEmbeddingLoss" -> cosine();
            case "Categorical" -> categorical();
            case "LogitSummary" -> summary();
            case "SequenceScore" -> SequenceScore.ignoring(ignoreIndex);
            case "LogSumExpAccumulator" -> new LogSumExpAccumulator();
            case "Builder" -> builder(form.owner().getDeclaringClass());
            default -> throw new IllegalStateException("no receiver for " + form);
        };
    }

    /** A new receiver for the same call; views, masks and ragged rows are their own. */
    Object receiverOr(Form form, Object receiver) {
        return receiver == null || receiver instanceof View || form.isOfPlans() ? receiver : receiver(form);
    }

    private static Object builder(Class<?> owner) {
        try {
            return owner.getMethod("builder").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private CrossEntropyLoss crossEntropy() {
        CrossEntropyLoss.Builder builder = CrossEntropyLoss.builder()
                .reduction(reduction)
                .emptyMean(emptyMean)
                .fullyMasked(fullyMasked)
                .zeroTimesInfinity(indeterminate)
                .labelSmoothing(smoothing)
                .ignoreIndex(ignoreIndex);
        if (denominator != null) {
            builder.denominator(denominator);
        }
        return (weight == null ? builder : builder.weight(weight)).build();
    }

    /**
     * Cross entropy with these options for rows of a call, whose targets are numbered anew: of these -1 is ignored.
     *
     * @param ofRows how it reduces
     * @param rowWeight the weights of the rows' classes
     * @param divisor what the mean divides by, null for the loss's own choice
     */
    CrossEntropyLoss crossEntropy(Reduction ofRows, double[] rowWeight, Denominator divisor) {
        Options options = new Options();
        options.reduction = ofRows;
        options.weight = rowWeight;
        options.denominator = divisor;
        options.emptyMean = emptyMean;
        options.fullyMasked = fullyMasked;
        options.indeterminate = indeterminate;
        options.smoothing = smoothing;
        options.ignoreIndex = -1;
        return options.crossEntropy();
    }

    private NllLoss nll() {
        NllLoss.Builder builder =
                NllLoss.builder().reduction(reduction).emptyMean(emptyMean).ignoreIndex(ignoreIndex);
        if (denominator != null) {
            builder.denominator(denominator);
        }
        return (weight == null ? builder : builder.weight(weight)).build();
    }

    private BceLoss bce() {
        BceLoss.Builder builder =
                BceLoss.builder().reduction(reduction).emptyMean(emptyMean).exact(exact);
        if (denominator != null) {
            builder.denominator(denominator);
        }
        return (weight == null ? builder : builder.weight(DoubleTensor.of(weight, weightShape))).build();
    }

    private BceWithLogitsLoss bceWithLogits() {
        BceWithLogitsLoss.Builder builder = BceWithLogitsLoss.builder()
                .reduction(reduction)
                .emptyMean(emptyMean)
                .infiniteLogits(indeterminate);
        if (denominator != null) {
            builder.denominator(denominator);
        }
        if (weight != null) {
            builder.weight(DoubleTensor.of(weight, weightShape));
        }
        if (posWeight != null) {
            builder.posWeight(DoubleTensor.of(posWeight, posWeightShape));
        }
        return builder.build();
    }

    private KlDivLoss klDiv() {
        KlDivLoss.Builder builder = KlDivLoss.builder()
                .reduction(reduction)
                .emptyMean(emptyMean)
                .logTarget(logTarget)
                .zeroTimesInfinity(indeterminate);
        return (denominator == null ? builder : builder.denominator(denominator)).build();
    }

    private CosineEmbeddingLoss cosine() {
        CosineEmbeddingLoss.Builder builder = CosineEmbeddingLoss.builder()
                .reduction(reduction)
                .emptyMean(emptyMean)
                .margin(margin);
        return (denominator == null ? builder : builder.denominator(denominator)).build();
    }

    private Categorical categorical() {
        return (logits ? Categorical.ofLogits() : Categorical.ofProbabilities())
                .zeroTimesInfinity(indeterminate)
                .fullyMasked(fullyMasked);
    }

    LogitSummary summary() {
        return summary(topK);
    }

    /** A summary that lists so many classes. */
    LogitSummary summary(int most) {
        return LogitSummary.builder()
                .temperature(temperature)
                .topK(most)
                .entropy(entropy)
                .margin(entropy)
                .build();
    }

    /** What the mean divides by, of a loss with an own choice. */
    Denominator denominatorOr(Denominator own) {
        return denominator == null ? own : denominator;
    }

    /** Whether smoothing spreads anything with the class weight on the target's term only. */
    boolean isTargetWeighted() {
        return smoothing.amount() > 0.0 && smoothing.toString().startsWith("targetWeighted");
    }

    @Override
    public String toString() {
        return "reduction " + reduction + ", denominator " + denominator + ", emptyMean " + emptyMean
                + ", fullyMasked " + fullyMasked + ", indeterminate " + indeterminate + ", smoothing " + smoothing
                + ", ignoreIndex " + ignoreIndex + ", weight " + Arrays.toString(weight) + " of "
                + Arrays.toString(weightShape) + ", posWeight " + Arrays.toString(posWeight) + " of "
                + Arrays.toString(posWeightShape) + ", exact " + exact + ", logTarget " + logTarget + ", margin "
                + margin + ", logits " + logits + ", temperature " + temperature + ", topK " + topK + ", entropy "
                + entropy;
    }
}
