// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.FloatLossCalls.Answer;
import io.github.lanewise.FloatLossCalls.Arguments;
import io.github.lanewise.FloatLossCalls.Call;
import io.github.lanewise.FloatLossCalls.Owner;
import io.github.lanewise.FloatLossCalls.Role;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One bad argument at a time, for every public call on views: the exception, the values that its message names, and that
 * nothing at all was written. No kernel is reached.
 */
@Tag("once")
class FloatLossRejectionTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IndexOutOfBoundsException> INDEX = IndexOutOfBoundsException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;

    private final SplittableRandom random = new SplittableRandom(7);

    static List<Call> calls() {
        return FloatLossCalls.all();
    }

    private Arguments arguments(Call call, int... shape) {
        Arguments arguments = Arguments.of(random, shape);
        arguments.reduction = call.reduction();
        return arguments;
    }

    /** Spoils good arguments of shape (4, 5) if the call uses what is spoilt. */
    private <T extends Throwable> void rejects(
            Call call, Role role, Class<T> type, Consumer<Arguments> spoil, String... parts) {
        if (call.uses(role)) {
            Arguments arguments = arguments(call, 4, 5);
            call.run(arguments.build());
            spoil.accept(arguments);
            arguments.build();
            FloatBits.assertRejected(type, arguments.snapshot(), call.name(), () -> call.run(arguments), parts);
        }
    }

    private static FloatTensor like(FloatTensor view) {
        return FloatTensor.of(new float[view.numel()], view.shape());
    }

    /** A view of the same shape over the same array, shifted by some elements. */
    private static FloatTensor shifted(FloatTensor view, int by) {
        int[] strides = new int[view.rank()];
        Arrays.setAll(strides, view::stride);
        return FloatTensor.of(view.array(), view.offset() + by, view.shape(), strides);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void nullArguments(Call call) {
        rejects(call, Role.SCORES, NULL, a -> a.scores = null, call.scores());
        rejects(call, Role.INTS, NULL, a -> a.ints = null, "target");
        rejects(call, Role.LONGS, NULL, a -> a.longs = null, "target");
        rejects(call, Role.PROBABILITIES, NULL, a -> a.probabilities = null, "target");
        rejects(call, Role.GRAD_OUTPUT, NULL, a -> a.gradOutput = null, "gradOutput");
        rejects(call, Role.PER_SAMPLE, NULL, a -> a.perSample = null, "perSample");
        rejects(call, Role.GRAD_SCORES, NULL, a -> a.gradScores = null, call.gradScores());
        rejects(call, Role.GRAD_TARGET, NULL, a -> a.gradTarget = null, "gradTarget");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void scoresWithoutDimensions(Call call) {
        rejects(
                call,
                Role.SCORES,
                ARGUMENT,
                a -> a.scores = FloatTensor.of(new float[1]),
                call.scores() + " has no dimensions",
                "(N, C)");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void numberOfTargets(Call call) {
        rejects(call, Role.INTS, ARGUMENT, a -> a.ints = new int[3], "[4, 5]", "needs 4", "has 3");
        rejects(call, Role.LONGS, ARGUMENT, a -> a.longs = new long[5], "[4, 5]", "needs 4", "has 5");
        Consumer<Arguments> oneSample = a -> {
            a.scores = a.scores.select(0, 2);
            a.gradScores = a.gradScores.select(0, 2);
        };
        rejects(
                call,
                Role.INTS,
                ARGUMENT,
                oneSample,
                "[5]",
                "one sample",
                "5 classes",
                "4 entries",
                "BceWithLogitsLoss");
        rejects(call, Role.LONGS, ARGUMENT, oneSample, "[5]", "one sample", "5 classes", "4 entries", "[4, 2]");
        rejects(call, Role.INTS, ARGUMENT, a -> a.ints = new int[0], "needs 4", "has 0");
        Consumer<Arguments> image =
                a -> a.scores = a.gradScores = like(a.scores).reshape(1, 5, 2, 2);
        Consumer<Arguments> images =
                a -> a.scores = a.gradScores = like(a.scores).reshape(5, 2, 2, 1);
        rejects(call, Role.INTS, ARGUMENT, images, "[5, 2, 2, 1]", "needs 10", "has 4");
        if (call.answer() != Answer.EACH_SAMPLE) {
            Arguments fits = arguments(call, 4, 5);
            image.accept(fits);
            fits.probabilities = fits.gradTarget.reshape(1, 5, 2, 2);
            fits.gradTarget = like(fits.scores);
            call.run(fits.build());
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void targetsThatAreNoClasses(Call call) {
        rejects(call, Role.INTS, INDEX, a -> a.ints[2] = 5, "target[2] = 5", "[0, 5)", "ignoreIndex -100");
        rejects(call, Role.INTS, INDEX, a -> a.ints[3] = -1, "target[3] = -1", "[0, 5)");
        rejects(call, Role.INTS, INDEX, a -> a.ints[0] = Integer.MIN_VALUE, "target[0] = -2147483648");
        rejects(call, Role.LONGS, INDEX, a -> a.longs[2] = 5, "target[2] = 5", "[0, 5)", "ignoreIndex -100");
        rejects(call, Role.LONGS, INDEX, a -> a.longs[1] = -7, "target[1] = -7");
        // These would be 1 and -100 if they were cut to 32 bits.
        rejects(call, Role.LONGS, INDEX, a -> a.longs[1] = (1L << 32) + 1, "target[1] = 4294967297", "[0, 5)");
        rejects(call, Role.LONGS, INDEX, a -> a.longs[3] = -(1L << 32) - 100, "target[3] = -4294967396");
        rejects(call, Role.LONGS, INDEX, a -> a.longs[3] = Long.MIN_VALUE, "-9223372036854775808");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void theDefaultIgnoreIndexIsOrdinaryWhenAnotherIsChosen(Call call) {
        Consumer<Arguments> other = a -> {
            a.ignoreIndex = -1;
            a.ints[1] = -100;
            a.longs[1] = -100;
        };
        rejects(call, Role.INTS, INDEX, other, "target[1] = -100", "ignoreIndex -1;");
        rejects(call, Role.LONGS, INDEX, other, "target[1] = -100", "ignoreIndex -1;");
        // An ignoreIndex that no int can hold ignores no int.
        rejects(call, Role.INTS, INDEX, other.andThen(a -> a.ignoreIndex = (1L << 32) - 100), "ignoreIndex 4294967196");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void numberOfWeights(Call call) {
        rejects(call, Role.SCORES, ARGUMENT, a -> a.weight = new float[] {1, 2, 3}, "weight has 3", "5 classes");
        rejects(call, Role.SCORES, ARGUMENT, a -> a.weight = new float[6], "weight has 6", "5 classes");
        rejects(call, Role.SCORES, ARGUMENT, a -> a.weight = new float[0], "weight has 0", "5 classes");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shapesThatDiffer(Call call) {
        String gradient = call.gradScores();
        Consumer<Arguments> turned = a -> a.gradScores = a.gradScores.reshape(5, 4);
        rejects(call, Role.GRAD_SCORES, ARGUMENT, turned, gradient, "[5, 4]", call.scores(), "[4, 5]");
        rejects(call, Role.GRAD_SCORES, ARGUMENT, a -> a.gradScores = a.gradScores.reshape(4, 5, 1), "[4, 5, 1]");
        rejects(call, Role.GRAD_SCORES, ARGUMENT, a -> a.gradScores = a.gradScores.slice(0, 0, 3), gradient, "[3, 5]");
        rejects(
                call,
                Role.PROBABILITIES,
                ARGUMENT,
                a -> a.probabilities = a.probabilities.reshape(20),
                "target",
                "[20]");
        rejects(
                call,
                Role.PROBABILITIES,
                ARGUMENT,
                a -> a.probabilities = a.probabilities.slice(1, 0, 4),
                "target",
                "[4, 4]",
                "[4, 5]");
        rejects(
                call,
                Role.GRAD_TARGET,
                ARGUMENT,
                a -> a.gradTarget = a.gradTarget.reshape(5, 4),
                "gradTarget",
                "[5, 4]");
        rejects(
                call,
                Role.PER_SAMPLE,
                ARGUMENT,
                a -> a.perSample = a.perSample.slice(0, 0, 3),
                "perSample",
                "[3]",
                "[4]");
        rejects(call, Role.PER_SAMPLE, ARGUMENT, a -> a.perSample = a.perSample.reshape(4, 1), "perSample", "[4, 1]");
        rejects(
                call,
                Role.GRAD_OUTPUT,
                ARGUMENT,
                a -> a.gradOutput = a.gradOutput.reshape(2, 2),
                "gradOutput",
                "[2, 2]");
        rejects(call, Role.GRAD_OUTPUT, ARGUMENT, a -> a.gradOutput = FloatTensor.of(new float[1]), "gradOutput", "[]");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void outputsThatOverlapInputs(Call call) {
        String gradient = call.gradScores();
        rejects(call, Role.GRAD_SCORES, ARGUMENT, a -> a.gradScores = shifted(a.scores, 1), gradient, "overlaps");
        rejects(call, Role.GRAD_SCORES, ARGUMENT, a -> a.gradScores = shifted(a.scores, -5), gradient, "overlaps");
        if (call.uses(Role.GRAD_SCORES)) {
            rejects(call, Role.PROBABILITIES, ARGUMENT, a -> a.gradScores = a.probabilities, gradient, "target");
            rejects(
                    call,
                    Role.PER_SAMPLE,
                    ARGUMENT,
                    a -> a.perSample = a.gradScores.select(1, 4),
                    gradient,
                    "perSample");
            rejects(call, Role.GRAD_OUTPUT, ARGUMENT, a -> a.gradOutput = a.gradScores.select(1, 0), "gradOutput");
        }
        rejects(call, Role.PER_SAMPLE, ARGUMENT, a -> a.perSample = a.scores.select(1, 2), "perSample", call.scores());
        if (call.uses(Role.PER_SAMPLE)) {
            rejects(call, Role.GRAD_OUTPUT, ARGUMENT, a -> a.perSample = a.gradOutput, "gradOutput", "perSample");
            rejects(call, Role.GRAD_OUTPUT, ARGUMENT, a -> a.perSample = shifted(a.gradOutput, 2), "gradOutput");
            rejects(call, Role.PROBABILITIES, ARGUMENT, a -> a.perSample = a.probabilities.select(1, 1), "target");
        }
        rejects(call, Role.GRAD_TARGET, ARGUMENT, a -> a.gradTarget = a.probabilities, "gradTarget", "target");
        rejects(call, Role.GRAD_TARGET, ARGUMENT, a -> a.gradTarget = a.scores, "gradTarget", "logits");
        rejects(call, Role.GRAD_TARGET, ARGUMENT, a -> a.gradTarget = shifted(a.gradScores, 3), "gradTarget");
        if (call.uses(Role.GRAD_TARGET)) {
            rejects(call, Role.GRAD_OUTPUT, ARGUMENT, a -> a.gradOutput = a.gradTarget.select(1, 3), "gradTarget");
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void outputsThatHoldAnElementTwice(Call call) {
        float[] array = FloatViews.normal(random, 30);
        FloatTensor repeated = FloatTensor.of(array, 3, new int[] {4, 5}, new int[] {0, 1});
        FloatTensor windows = FloatTensor.of(array, 3, new int[] {4, 5}, new int[] {1, 1});
        FloatTensor oneLoss = FloatTensor.of(array, 3, new int[] {4}, new int[] {0});
        FloatBits.Snapshot snapshot = FloatBits.Snapshot.of(repeated);
        rejects(call, Role.GRAD_SCORES, ARGUMENT, a -> a.gradScores = repeated, call.gradScores(), "more than once");
        rejects(call, Role.GRAD_SCORES, ARGUMENT, a -> a.gradScores = a.scores = windows, call.gradScores(), "[1, 1]");
        rejects(call, Role.GRAD_TARGET, ARGUMENT, a -> a.gradTarget = windows, "gradTarget", "[1, 1]");
        rejects(call, Role.PER_SAMPLE, ARGUMENT, a -> a.perSample = oneLoss, "perSample", "[0]");
        snapshot.assertUnchanged(call.name());
    }

    @ParameterizedTest
    @MethodSource("calls")
    void reductionsThatDoNotFit(Call call) {
        if (call.answer() == Answer.ONE_NUMBER) {
            rejects(call, Role.SCORES, STATE, a -> a.reduction = Reduction.NONE, "NONE", "4 samples", "perSample");
        } else if (call.answer() == Answer.EACH_SAMPLE) {
            rejects(call, Role.SCORES, STATE, a -> a.reduction = Reduction.MEAN, "MEAN", "NONE");
            rejects(call, Role.SCORES, STATE, a -> a.reduction = Reduction.SUM, "SUM", "NONE");
        } else {
            for (Reduction reduction : new Reduction[] {Reduction.NONE, Reduction.MEAN, Reduction.SUM}) {
                Arguments arguments = arguments(call, 4, 5);
                arguments.reduction = reduction;
                call.run(arguments.build());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void ignoringAClassMeansNothingForProbabilities(Call call) {
        rejects(call, Role.PROBABILITIES, ARGUMENT, a -> a.ignoreIndex = 0, "ignoreIndex 0");
        rejects(call, Role.PROBABILITIES, ARGUMENT, a -> a.ignoreIndex = 255, "ignoreIndex 255");
        if (call.uses(Role.PROBABILITIES)) {
            Arguments negative = arguments(call, 4, 5);
            negative.ignoreIndex = -1;
            call.run(negative.build());
        }
    }

    /** Several things are wrong at once, or one thing in a large image: still nothing is written. */
    @ParameterizedTest
    @MethodSource("calls")
    void theLastTargetOfAnImageIsCheckedBeforeTheFirstIsWritten(Call call) {
        for (int[] shape : new int[][] {{3, 7, 5, 9}, {1, 40, 70}, {67, 3}}) {
            Arguments arguments = arguments(call, shape).build();
            int last = arguments.ints.length - 1;
            arguments.ints[last] = shape[1];
            arguments.longs[last] = -101;
            if (call.uses(Role.INTS) || call.uses(Role.LONGS)) {
                FloatBits.assertRejected(
                        INDEX,
                        arguments.snapshot(),
                        call.name(),
                        () -> call.run(arguments),
                        "target[" + last + "]",
                        "[0, " + shape[1] + ")");
            } else if (call.owner() == Owner.CROSS_ENTROPY && call.uses(Role.GRAD_SCORES)) {
                arguments.gradScores = shifted(arguments.probabilities, 1);
                FloatBits.assertRejected(
                        ARGUMENT, arguments.snapshot(), call.name(), () -> call.run(arguments), "overlaps");
            }
        }
    }

    @Test
    void rowsOutsideTheirArray() {
        CrossEntropyLoss loss = CrossEntropyLoss.create();
        float[] x = new float[10];
        float[] grad = new float[6];
        FloatBits.assertRejected(INDEX, () -> loss.forward(x, 6, 5, 0), "5 elements", "index 6", "logits", "10");
        FloatBits.assertRejected(INDEX, () -> loss.forward(x, -1, 5, 0), "index -1", "logits");
        FloatBits.assertRejected(INDEX, () -> loss.forward(x, 1, Integer.MAX_VALUE, 0), "2147483647 elements");
        FloatBits.assertRejected(INDEX, () -> loss.forwardBackward(x, 0, 5, 0, grad, 2), "index 2", "gradLogits", "6");
        FloatBits.assertRejected(INDEX, () -> Softmax.softmax(x, 0, 5, grad, 2), "output", "6");
        FloatBits.assertRejected(INDEX, () -> Softmax.logSoftmax(x, 6, 5, grad, 0), "input", "10");
        FloatBits.assertRejected(INDEX, () -> Softmax.logSumExp(x, 6, 5), "scores", "10");
        FloatBits.assertRejected(INDEX, () -> new LogSumExpAccumulator().add(x, 6, 5), " of x ", "10");
    }
}
