// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatLossCalls.Role.GRAD_OUTPUT;
import static io.github.lanewise.FloatLossCalls.Role.GRAD_SCORES;
import static io.github.lanewise.FloatLossCalls.Role.GRAD_TARGET;
import static io.github.lanewise.FloatLossCalls.Role.INTS;
import static io.github.lanewise.FloatLossCalls.Role.LONGS;
import static io.github.lanewise.FloatLossCalls.Role.PER_SAMPLE;
import static io.github.lanewise.FloatLossCalls.Role.PROBABILITIES;
import static io.github.lanewise.FloatLossCalls.Role.SCORES;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every public call of {@link CrossEntropyLoss} and {@link NllLoss} on views, to be made with arguments of a common kind. */
final class FloatLossCalls {
    private static final float UPSTREAM = 0.75f;

    private FloatLossCalls() {}

    /** What a call takes or fills. */
    enum Role {
        SCORES,
        INTS,
        LONGS,
        PROBABILITIES,
        GRAD_OUTPUT,
        PER_SAMPLE,
        GRAD_SCORES,
        GRAD_TARGET
    }

    /** What a call answers. */
    enum Answer {
        ONE_NUMBER,
        EACH_SAMPLE,
        LOSS_SUM
    }

    /** The class that a call is a method of. */
    enum Owner {
        CROSS_ENTROPY,
        NLL
    }

    /** One public method. */
    record Call(String name, Owner owner, Answer answer, Set<Role> roles, Consumer<Arguments> action) {
        void run(Arguments arguments) {
            action.accept(arguments);
        }

        boolean uses(Role role) {
            return roles.contains(role);
        }

        /** The name that messages give to the scores. */
        String scores() {
            return owner == Owner.NLL ? "input" : "logits";
        }

        /** The name that messages give to the gradient of the scores. */
        String gradScores() {
            return owner == Owner.NLL ? "gradInput" : "gradLogits";
        }

        /** The reduction that the call is made for. */
        Reduction reduction() {
            return answer == Answer.EACH_SAMPLE ? Reduction.NONE : Reduction.MEAN;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Arguments and options for any call; tests replace some of them by others. */
    static final class Arguments {
        Reduction reduction = Reduction.MEAN;
        float @Nullable [] weight;
        long ignoreIndex = -100L;
        double labelSmoothing;
        FloatTensor scores;
        FloatTensor probabilities;
        int[] ints;
        long[] longs;
        FloatTensor gradOutput;
        FloatTensor perSample;
        FloatTensor gradScores;
        FloatTensor gradTarget;
        CrossEntropyLoss crossEntropy = CrossEntropyLoss.create();
        NllLoss nll = NllLoss.create();

        /** Random arguments for scores of a shape, each in an array of its own with guard bands. */
        static Arguments of(SplittableRandom random, int... shape) {
            int axis = shape.length == 1 ? 0 : 1;
            int[] positions = Shapes.without(shape, axis);
            Arguments arguments = new Arguments();
            arguments.scores = FloatViews.guarded(random, shape);
            arguments.probabilities = FloatViews.guarded(random, shape);
            arguments.gradScores = FloatViews.guarded(random, shape);
            arguments.gradTarget = FloatViews.guarded(random, shape);
            arguments.gradOutput = FloatViews.guarded(random, positions);
            arguments.perSample = FloatViews.guarded(random, positions);
            arguments.ints = FloatViews.classes(random, arguments.perSample.numel(), shape[axis]);
            arguments.longs = FloatViews.toLongs(arguments.ints);
            return arguments;
        }

        /** Makes the losses anew from the options. */
        Arguments build() {
            CrossEntropyLoss.Builder ce = CrossEntropyLoss.builder()
                    .reduction(reduction)
                    .ignoreIndex(ignoreIndex)
                    .labelSmoothing(labelSmoothing);
            NllLoss.Builder plain = NllLoss.builder().reduction(reduction).ignoreIndex(ignoreIndex);
            if (weight != null) {
                ce.weight(weight);
                plain.weight(weight);
            }
            crossEntropy = ce.build();
            nll = plain.build();
            return this;
        }

        FloatBits.Snapshot snapshot() {
            return FloatBits.Snapshot.of(scores, probabilities, gradOutput, perSample, gradScores, gradTarget);
        }
    }

    static List<Call> all() {
        List<Call> calls = new ArrayList<>();
        calls.addAll(crossEntropyOfInts());
        calls.addAll(crossEntropyOfLongs());
        calls.addAll(crossEntropyOfProbabilities());
        calls.addAll(nllOfInts());
        calls.addAll(nllOfLongs());
        return calls;
    }

    private static Call one(Owner owner, String name, Consumer<Arguments> action, Role target, Role... more) {
        return call(owner, name, Answer.ONE_NUMBER, action, target, more);
    }

    private static Call each(Owner owner, String name, Consumer<Arguments> action, Role target, Role... more) {
        return call(owner, name, Answer.EACH_SAMPLE, action, target, more);
    }

    private static Call sum(Owner owner, Consumer<Arguments> action, Role target) {
        return call(owner, "sum", Answer.LOSS_SUM, action, target);
    }

    private static Call call(
            Owner owner, String name, Answer answer, Consumer<Arguments> action, Role target, Role... more) {
        Set<Role> roles = EnumSet.of(SCORES, target);
        roles.addAll(List.of(more));
        return new Call(owner + "." + name + roles, owner, answer, roles, action);
    }

    private static List<Call> crossEntropyOfInts() {
        Owner ce = Owner.CROSS_ENTROPY;
        return List.of(
                one(ce, "forward", a -> a.crossEntropy.forward(a.scores, a.ints), INTS),
                each(ce, "forward", a -> a.crossEntropy.forward(a.scores, a.ints, a.perSample), INTS, PER_SAMPLE),
                one(
                        ce,
                        "forwardBackward",
                        a -> a.crossEntropy.forwardBackward(a.scores, a.ints, a.gradScores),
                        INTS,
                        GRAD_SCORES),
                each(
                        ce,
                        "forwardBackward",
                        a -> a.crossEntropy.forwardBackward(a.scores, a.ints, a.gradOutput, a.perSample, a.gradScores),
                        INTS,
                        GRAD_OUTPUT,
                        PER_SAMPLE,
                        GRAD_SCORES),
                one(
                        ce,
                        "backward",
                        a -> a.crossEntropy.backward(a.scores, a.ints, UPSTREAM, a.gradScores),
                        INTS,
                        GRAD_SCORES),
                each(
                        ce,
                        "backward",
                        a -> a.crossEntropy.backward(a.scores, a.ints, a.gradOutput, a.gradScores),
                        INTS,
                        GRAD_OUTPUT,
                        GRAD_SCORES),
                sum(ce, a -> a.crossEntropy.sum(a.scores, a.ints), INTS));
    }

    private static List<Call> crossEntropyOfLongs() {
        Owner ce = Owner.CROSS_ENTROPY;
        return List.of(
                one(ce, "forward", a -> a.crossEntropy.forward(a.scores, a.longs), LONGS),
                each(ce, "forward", a -> a.crossEntropy.forward(a.scores, a.longs, a.perSample), LONGS, PER_SAMPLE),
                one(
                        ce,
                        "forwardBackward",
                        a -> a.crossEntropy.forwardBackward(a.scores, a.longs, a.gradScores),
                        LONGS,
                        GRAD_SCORES),
                each(
                        ce,
                        "forwardBackward",
                        a -> a.crossEntropy.forwardBackward(a.scores, a.longs, a.gradOutput, a.perSample, a.gradScores),
                        LONGS,
                        GRAD_OUTPUT,
                        PER_SAMPLE,
                        GRAD_SCORES),
                one(
                        ce,
                        "backward",
                        a -> a.crossEntropy.backward(a.scores, a.longs, UPSTREAM, a.gradScores),
                        LONGS,
                        GRAD_SCORES),
                each(
                        ce,
                        "backward",
                        a -> a.crossEntropy.backward(a.scores, a.longs, a.gradOutput, a.gradScores),
                        LONGS,
                        GRAD_OUTPUT,
                        GRAD_SCORES),
                sum(ce, a -> a.crossEntropy.sum(a.scores, a.longs), LONGS));
    }

    private static List<Call> crossEntropyOfProbabilities() {
        Owner ce = Owner.CROSS_ENTROPY;
        Role target = PROBABILITIES;
        return List.of(
                one(ce, "forward", a -> a.crossEntropy.forward(a.scores, a.probabilities), target),
                each(
                        ce,
                        "forward",
                        a -> a.crossEntropy.forward(a.scores, a.probabilities, a.perSample),
                        target,
                        PER_SAMPLE),
                one(
                        ce,
                        "forwardBackward",
                        a -> a.crossEntropy.forwardBackward(a.scores, a.probabilities, a.gradScores),
                        target,
                        GRAD_SCORES),
                each(
                        ce,
                        "forwardBackward",
                        a -> a.crossEntropy.forwardBackward(
                                a.scores, a.probabilities, a.gradOutput, a.perSample, a.gradScores),
                        target,
                        GRAD_OUTPUT,
                        PER_SAMPLE,
                        GRAD_SCORES),
                one(
                        ce,
                        "backward",
                        a -> a.crossEntropy.backward(a.scores, a.probabilities, UPSTREAM, a.gradScores),
                        target,
                        GRAD_SCORES),
                one(
                        ce,
                        "backward",
                        a -> a.crossEntropy.backward(a.scores, a.probabilities, UPSTREAM, a.gradScores, a.gradTarget),
                        target,
                        GRAD_SCORES,
                        GRAD_TARGET),
                each(
                        ce,
                        "backward",
                        a -> a.crossEntropy.backward(a.scores, a.probabilities, a.gradOutput, a.gradScores),
                        target,
                        GRAD_OUTPUT,
                        GRAD_SCORES),
                each(
                        ce,
                        "backward",
                        a -> a.crossEntropy.backward(
                                a.scores, a.probabilities, a.gradOutput, a.gradScores, a.gradTarget),
                        target,
                        GRAD_OUTPUT,
                        GRAD_SCORES,
                        GRAD_TARGET),
                sum(ce, a -> a.crossEntropy.sum(a.scores, a.probabilities), target));
    }

    private static List<Call> nllOfInts() {
        Owner nll = Owner.NLL;
        return List.of(
                one(nll, "forward", a -> a.nll.forward(a.scores, a.ints), INTS),
                each(nll, "forward", a -> a.nll.forward(a.scores, a.ints, a.perSample), INTS, PER_SAMPLE),
                one(
                        nll,
                        "forwardBackward",
                        a -> a.nll.forwardBackward(a.scores, a.ints, a.gradScores),
                        INTS,
                        GRAD_SCORES),
                each(
                        nll,
                        "forwardBackward",
                        a -> a.nll.forwardBackward(a.scores, a.ints, a.gradOutput, a.perSample, a.gradScores),
                        INTS,
                        GRAD_OUTPUT,
                        PER_SAMPLE,
                        GRAD_SCORES),
                one(nll, "backward", a -> a.nll.backward(a.scores, a.ints, UPSTREAM, a.gradScores), INTS, GRAD_SCORES),
                each(
                        nll,
                        "backward",
                        a -> a.nll.backward(a.scores, a.ints, a.gradOutput, a.gradScores),
                        INTS,
                        GRAD_OUTPUT,
                        GRAD_SCORES),
                sum(nll, a -> a.nll.sum(a.scores, a.ints), INTS));
    }

    private static List<Call> nllOfLongs() {
        Owner nll = Owner.NLL;
        return List.of(
                one(nll, "forward", a -> a.nll.forward(a.scores, a.longs), LONGS),
                each(nll, "forward", a -> a.nll.forward(a.scores, a.longs, a.perSample), LONGS, PER_SAMPLE),
                one(
                        nll,
                        "forwardBackward",
                        a -> a.nll.forwardBackward(a.scores, a.longs, a.gradScores),
                        LONGS,
                        GRAD_SCORES),
                each(
                        nll,
                        "forwardBackward",
                        a -> a.nll.forwardBackward(a.scores, a.longs, a.gradOutput, a.perSample, a.gradScores),
                        LONGS,
                        GRAD_OUTPUT,
                        PER_SAMPLE,
                        GRAD_SCORES),
                one(
                        nll,
                        "backward",
                        a -> a.nll.backward(a.scores, a.longs, UPSTREAM, a.gradScores),
                        LONGS,
                        GRAD_SCORES),
                each(
                        nll,
                        "backward",
                        a -> a.nll.backward(a.scores, a.longs, a.gradOutput, a.gradScores),
                        LONGS,
                        GRAD_OUTPUT,
                        GRAD_SCORES),
                sum(nll, a -> a.nll.sum(a.scores, a.longs), LONGS));
    }
}
