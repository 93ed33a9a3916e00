// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.lanewise.FloatElementLosses.Kind;
import io.github.lanewise.FloatElementLosses.Loss;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One bad argument at a time, for the losses of single elements: nothing is written. */
@Tag("once")
class FloatElementLossRejectionTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;

    private final SplittableRandom random = new SplittableRandom(32);
    private final float[] shared = new float[200];
    private final FloatTensor g = FloatViews.guarded(random, 3, 4);
    private final FloatTensor losses = FloatViews.guarded(random, 3, 4);
    private final FloatTensor gradX = FloatViews.guarded(random, 3, 4);
    private final FloatTensor gradT = FloatViews.guarded(random, 3, 4);

    private static FloatTensor at(float[] data, int offset) {
        return FloatTensor.of(data, offset, new int[] {3, 4}, new int[] {4, 1});
    }

    private static FloatTensor twice(float[] data) {
        return FloatTensor.of(data, 0, new int[] {3, 4}, new int[] {0, 1});
    }

    private <T extends Throwable> void rejects(Class<T> type, String what, Executable call, String... parts) {
        FloatBits.assertRejected(
                type, FloatBits.Snapshot.of(g, losses, gradX, gradT, at(shared, 0)), what, call, parts);
    }

    @ParameterizedTest
    @EnumSource
    void outputsOfAnotherShape(Kind kind) {
        FloatTensor x = FloatTensor.of(kind.inputs(random, 12), 3, 4);
        FloatTensor t = FloatTensor.of(kind.targets(random, 12), 3, 4);
        FloatTensor other = FloatElementLosses.empty(4, 3);
        Loss mean = kind.loss(Reduction.MEAN);
        Loss none = kind.loss(Reduction.NONE);
        String[] parts = {"[4, 3]", "[3, 4]"};
        rejects(ARGUMENT, "gradInput", () -> mean.forwardBackward().of(x, t, other), parts);
        rejects(ARGUMENT, "gradInput", () -> mean.forwardBackwardBoth().of(x, t, other, gradT), parts);
        rejects(ARGUMENT, "gradTarget", () -> mean.forwardBackwardBoth().of(x, t, gradX, other), parts);
        rejects(ARGUMENT, "perSample", () -> none.forwardEach().of(x, t, other), parts);
        rejects(ARGUMENT, "gradOutput", () -> none.backwardEach().of(x, t, other, gradX), parts);
    }

    @ParameterizedTest
    @EnumSource
    void overlaps(Kind kind) {
        FloatTensor x = at(shared, 0);
        FloatTensor t = at(shared, 20);
        System.arraycopy(kind.inputs(random, 20), 0, shared, 0, 20);
        System.arraycopy(kind.targets(random, 180), 0, shared, 20, 180);
        Loss mean = kind.loss(Reduction.MEAN);
        Loss none = kind.loss(Reduction.NONE);
        rejects(
                ARGUMENT,
                "part of the input",
                () -> mean.forwardBackward().of(x, t, at(shared, 1)),
                "gradInput",
                "input");
        rejects(ARGUMENT, "the target", () -> mean.forwardBackward().of(x, t, t), "gradInput", "target");
        rejects(
                ARGUMENT,
                "target on target",
                () -> mean.forwardBackwardBoth().of(x, t, gradX, t),
                "gradTarget",
                "target");
        rejects(ARGUMENT, "target on input", () -> mean.backwardBoth().of(x, t, 1f, gradX, x), "gradTarget", "input");
        rejects(
                ARGUMENT,
                "both gradients",
                () -> mean.backwardBoth().of(x, t, 1f, gradX, gradX),
                "gradInput",
                "gradTarget");
        rejects(ARGUMENT, "losses on the input", () -> none.forwardEach().of(x, t, x), "perSample", "input");
        rejects(
                ARGUMENT,
                "losses on the target",
                () -> none.forwardEach().of(x, t, at(shared, 25)),
                "perSample",
                "target");
        rejects(
                ARGUMENT,
                "losses on the upstream",
                () -> none.forwardBackwardEach().of(x, t, losses, losses, gradX),
                "perSample",
                "gradOutput");
        rejects(
                ARGUMENT,
                "losses on the gradient",
                () -> none.forwardBackwardEach().of(x, t, g, gradX, gradX),
                "perSample",
                "gradInput");
        rejects(
                ARGUMENT,
                "gradient on the upstream",
                () -> none.backwardEach().of(x, t, g, g),
                "gradInput",
                "gradOutput");
        rejects(
                ARGUMENT,
                "gradient on the upstream",
                () -> none.backwardEachBoth().of(x, t, g, gradX, g),
                "gradTarget",
                "gradOutput");
        rejects(ARGUMENT, "an element twice", () -> mean.forwardBackward().of(x, t, twice(new float[12])), "gradInput");
        rejects(ARGUMENT, "an element twice", () -> none.forwardEach().of(x, t, twice(new float[12])), "perSample");
    }

    @ParameterizedTest
    @EnumSource
    void theWrongReduction(Kind kind) {
        FloatTensor x = FloatTensor.of(kind.inputs(random, 12), 3, 4);
        FloatTensor t = FloatTensor.of(kind.targets(random, 12), 3, 4);
        Loss none = kind.loss(Reduction.NONE);
        rejects(STATE, "12 elements", () -> none.forward().of(x, t), "NONE", "12");
        rejects(STATE, "12 elements", () -> none.backward().of(x, t, 1f, gradX), "NONE");
        for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
            Loss loss = kind.loss(reduction);
            rejects(STATE, "each", () -> loss.forwardEach().of(x, t, losses), reduction.name());
            rejects(STATE, "each", () -> loss.forwardBackwardEach().of(x, t, g, losses, gradX), reduction.name());
            rejects(STATE, "each", () -> loss.backwardEachBoth().of(x, t, g, gradX, gradT), reduction.name());
        }
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("NullAway")
    void nulls(Kind kind) {
        FloatTensor x = FloatTensor.of(kind.inputs(random, 12), 3, 4);
        FloatTensor t = FloatTensor.of(kind.targets(random, 12), 3, 4);
        Loss mean = kind.loss(Reduction.MEAN);
        Loss none = kind.loss(Reduction.NONE);
        Class<NullPointerException> nothing = NullPointerException.class;
        rejects(nothing, "input", () -> mean.forward().of(null, t), "input");
        rejects(nothing, "target", () -> mean.forward().of(x, null), "target");
        rejects(nothing, "target", () -> mean.sum().of(x, null), "target");
        rejects(nothing, "gradInput", () -> mean.forwardBackward().of(x, t, null), "gradInput");
        rejects(nothing, "gradInput", () -> mean.forwardBackwardBoth().of(x, t, null, gradT), "gradInput");
        rejects(nothing, "gradTarget", () -> mean.forwardBackwardBoth().of(x, t, gradX, null), "gradTarget");
        rejects(nothing, "gradInput", () -> mean.backward().of(x, t, 1f, null), "gradInput");
        rejects(nothing, "gradTarget", () -> mean.backwardBoth().of(x, t, 1f, gradX, null), "gradTarget");
        rejects(nothing, "perSample", () -> none.forwardEach().of(x, t, null), "perSample");
        rejects(nothing, "gradOutput", () -> none.forwardBackwardEach().of(x, t, null, losses, gradX), "gradOutput");
        rejects(nothing, "perSample", () -> none.forwardBackwardEach().of(x, t, g, null, gradX), "perSample");
        rejects(nothing, "gradInput", () -> none.forwardBackwardEach().of(x, t, g, losses, null), "gradInput");
        rejects(
                nothing,
                "gradTarget",
                () -> none.forwardBackwardEachBoth().of(x, t, g, losses, gradX, null),
                "gradTarget");
        rejects(nothing, "gradOutput", () -> none.backwardEach().of(x, t, null, gradX), "gradOutput");
        rejects(nothing, "gradTarget", () -> none.backwardEachBoth().of(x, t, g, gradX, null), "gradTarget");
    }

    @ParameterizedTest
    @EnumSource(names = {"BCE", "BCE_EXACT", "LOGITS", "LOGITS_POSITIVE_WEIGHT"})
    void inputAndTargetOfDifferentShapes(Kind kind) {
        Loss mean = kind.loss(Reduction.MEAN);
        FloatTensor x = FloatTensor.of(kind.inputs(random, 3), 3, 1);
        FloatTensor t = FloatTensor.of(kind.targets(random, 3), 3);
        rejects(ARGUMENT, "no repetition", () -> mean.forward().of(x, t), "[3, 1]", "[3]", "target");
        rejects(ARGUMENT, "no repetition", () -> mean.sum().of(x, t), "[3, 1]", "[3]", "target");
    }

    @ParameterizedTest
    @EnumSource(names = {"KL", "KL_LOG_TARGET"})
    void shapesWithoutACommonOne(Kind kind) {
        Loss mean = kind.loss(Reduction.MEAN);
        FloatTensor x = FloatTensor.of(kind.inputs(random, 8), 2, 4);
        FloatTensor t = FloatTensor.of(kind.targets(random, 6), 2, 3);
        rejects(ARGUMENT, "no common shape", () -> mean.forward().of(x, t), "[2, 4]", "[2, 3]", "3 meets 4");
    }

    @Test
    void batchMeanBelongsToTheDivergence() {
        assertThrows(ARGUMENT, () -> BceLoss.builder().reduction(Reduction.BATCH_MEAN));
        assertThrows(ARGUMENT, () -> BceWithLogitsLoss.builder().reduction(Reduction.BATCH_MEAN));
        KlDivLoss.builder().reduction(Reduction.BATCH_MEAN).build();
    }

    @Test
    void weightsThatDoNotFit() {
        FloatTensor x = FloatTensor.of(Kind.BCE.inputs(random, 12), 3, 4);
        FloatTensor t = FloatTensor.of(Kind.BCE.targets(random, 12), 3, 4);
        FloatTensor[] weights = {
            FloatTensor.of(new float[2], 2),
            FloatTensor.of(new float[12], 4, 3),
            FloatTensor.of(new float[24], 2, 3, 4),
            FloatTensor.of(new float[0], 0)
        };
        for (FloatTensor weight : weights) {
            BceLoss bce = BceLoss.builder().weight(weight).build();
            BceWithLogitsLoss logits =
                    BceWithLogitsLoss.builder().weight(weight).build();
            BceWithLogitsLoss positive =
                    BceWithLogitsLoss.builder().posWeight(weight).build();
            rejects(ARGUMENT, "weight", () -> bce.forwardBackward(x, t, gradX), "weight", "[3, 4]");
            rejects(ARGUMENT, "weight", () -> logits.forwardBackward(x, t, gradX), "weight", "[3, 4]");
            rejects(ARGUMENT, "posWeight", () -> positive.forwardBackward(x, t, gradX), "posWeight", "[3, 4]");
        }
    }
}
