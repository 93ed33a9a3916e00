// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Every operation on inputs and instances that all threads share, for {@link Stress}; each thread has its own outputs. */
final class FloatStressWork {
    private static final float UPSTREAM = 0.75f;

    private final SplittableRandom random = new SplittableRandom(2026);
    private final List<Work> all = new ArrayList<>();
    private final FloatTensor rows = random(9, 70);
    private final FloatTensor otherRows = random(9, 70);
    private final FloatTensor images = random(2, 5, 10, 14);
    private final FloatTensor given = probabilities(2, 5, 10, 14);
    private final FloatTensor strided = random(70, 9).transpose(0, 1);
    private final FloatTensor longRow = random(1, 4200);
    private final FloatTensor eachRow = random(9);
    private final FloatTensor eachPosition = random(2, 10, 14);
    private final int[] ints = FloatViews.classes(random, 9, 70);
    private final long[] longs = FloatViews.toLongs(FloatViews.classes(random, 280, 5));
    private final int[] pairs = {1, -1, 1, -1, 0, 1, 1, -1, -1};

    /** An operation: what it writes and answers goes to the results. */
    record Work(String name, Consumer<Results> action) implements StressWork {
        @Override
        public long digest() {
            Results results = new Results();
            action.accept(results);
            return results.digest();
        }
    }

    /** The outputs of one run. */
    static final class Results {
        private final List<FloatTensor> views = new ArrayList<>();
        private long digest = 17;

        FloatTensor view(int... shape) {
            FloatTensor view = FloatElementLosses.empty(shape);
            views.add(view);
            return view;
        }

        FloatTensor like(FloatTensor other) {
            return view(other.shape());
        }

        void number(double number) {
            digest = 31 * digest + Double.doubleToRawLongBits(number);
        }

        void sum(LossSum sum) {
            number(sum.sum());
            number(sum.denominator());
            digest = 31 * digest + sum.count();
        }

        long digest() {
            for (FloatTensor view : views) {
                for (float value : view.array()) {
                    digest = (digest ^ Float.floatToRawIntBits(value)) * 0x9e3779b97f4a7c15L;
                    digest ^= digest >>> 31;
                }
            }
            return digest;
        }
    }

    private FloatStressWork() {
        classLosses();
        for (FloatElementLosses.Kind kind : FloatElementLosses.Kind.values()) {
            elementLoss(kind);
        }
        cosine();
        softmax();
        points();
        categorical(Categorical.ofLogits(), rows);
        categorical(Categorical.ofProbabilities(), probabilities(9, 70));
        indexing();
        logits();
    }

    /** All operations, in an order that is always the same. */
    static List<Work> all() {
        return new FloatStressWork().all;
    }

    private FloatTensor random(int... shape) {
        return FloatTensor.of(FloatViews.normal(random, Shapes.numel(shape)), shape);
    }

    private FloatTensor probabilities(int... shape) {
        FloatTensor view = random(shape);
        Sigmoid.sigmoid(view, view);
        return view;
    }

    private void add(String name, Consumer<Results> action) {
        all.add(new Work("Float " + name, action));
    }

    private void classLosses() {
        float[] weight = FloatViews.normal(random, 5);
        for (double labelSmoothing : new double[] {0.0, 0.1}) {
            CrossEntropyLoss mean =
                    CrossEntropyLoss.builder().labelSmoothing(labelSmoothing).build();
            CrossEntropyLoss none = CrossEntropyLoss.builder()
                    .labelSmoothing(labelSmoothing)
                    .weight(weight)
                    .reduction(Reduction.NONE)
                    .build();
            add("cross entropy of rows", out -> out.number(mean.forwardBackward(rows, ints, out.like(rows))));
            add("cross entropy of strided rows", out -> out.number(mean.forward(strided, ints)));
            add("cross entropy of a row", out -> out.number(mean.forward(rows.array(), 70, 70, 3)));
            add("cross entropy of a long row", out -> {
                FloatTensor gradient = out.like(longRow);
                out.number(mean.forwardBackward(longRow.array(), 0, 4200, 77, gradient.array(), 0));
            });
            add(
                    "cross entropy of images",
                    out -> none.forwardBackward(images, longs, eachPosition, out.like(eachPosition), out.like(images)));
            add("cross entropy, backward", out -> mean.backward(images, longs, UPSTREAM, out.like(images)));
            add("cross entropy, sum", out -> out.sum(mean.sum(images, longs)));
            add(
                    "cross entropy of probabilities",
                    out -> none.backward(images, given, eachPosition, out.like(images), out.like(given)));
            add(
                    "cross entropy of probabilities, mean",
                    out -> out.number(mean.forwardBackward(images, given, out.like(images))));
        }
        NllLoss nll = NllLoss.builder().weight(weight).build();
        add("negative log-likelihood", out -> out.number(nll.forwardBackward(images, longs, out.like(images))));
        add("negative log-likelihood, sum", out -> out.sum(nll.sum(images, longs)));
    }

    private void elementLoss(FloatElementLosses.Kind kind) {
        FloatTensor input = FloatTensor.of(kind.inputs(random, 4500), 50, 90);
        FloatTensor target = FloatTensor.of(kind.targets(random, 4500), 90, 50).transpose(0, 1);
        FloatTensor upstream = random(50, 90);
        FloatElementLosses.Loss mean = kind.loss(Reduction.MEAN);
        FloatElementLosses.Loss none = kind.loss(Reduction.NONE);
        add(kind + " forward", out -> out.number(mean.forward().of(input, target)));
        add(
                kind + " both",
                out -> out.number(mean.forwardBackwardBoth().of(input, target, out.like(input), out.like(target))));
        add(
                kind + " each",
                out -> none.forwardBackwardEachBoth()
                        .of(input, target, upstream, out.like(input), out.like(input), out.like(target)));
        add(kind + " backward", out -> mean.backward().of(input, target, UPSTREAM, out.like(input)));
        add(kind + " sum", out -> out.sum(mean.sum().of(input, target)));
    }

    private void cosine() {
        CosineEmbeddingLoss mean = CosineEmbeddingLoss.builder().margin(0.1).build();
        CosineEmbeddingLoss none =
                CosineEmbeddingLoss.builder().reduction(Reduction.NONE).build();
        FloatTensor one = rows.slice(0, 3, 4);
        add("cosine", out -> out.number(mean.forwardBackward(rows, otherRows, pairs, out.like(rows), out.like(rows))));
        add(
                "cosine of one against many",
                out -> none.forwardBackward(
                        one, strided, pairs, eachRow, out.view(9), out.like(one), out.like(strided)));
        add("cosine, sum", out -> out.sum(mean.sum(rows, strided, pairs)));
    }

    private void softmax() {
        for (FloatTensor x : List.of(rows, strided, images, longRow)) {
            int[] reduced = Shapes.without(x.shape(), 1);
            FloatTensor upstream = random(x.shape());
            FloatTensor each = random(reduced);
            add("softmax", out -> Softmax.softmax(x, 1, out.like(x)));
            add("log-softmax", out -> Softmax.logSoftmax(x, 1, out.like(x)));
            add("log-sum-exp", out -> Softmax.logSumExp(x, 1, out.view(reduced)));
            add("softmax, backward", out -> Softmax.softmaxBackward(x, upstream, 1, out.like(x)));
            add("log-softmax, backward", out -> Softmax.logSoftmaxBackward(x, upstream, 1, out.like(x)));
            add("log-sum-exp, backward", out -> Softmax.logSumExpBackward(x, each, 1, out.like(x)));
        }
        add("log-sum-exp of a row", out -> out.number(Softmax.logSumExp(longRow.array(), 3, 4150)));
    }

    /** A function of single elements, or its gradient, whose last argument receives the result. */
    private interface Point {
        void of(FloatTensor input, FloatTensor output);
    }

    private void points() {
        FloatTensor g = random(9, 70);
        List<Point> points = List.of(
                Sigmoid::sigmoid,
                Sigmoid::logSigmoid,
                Sigmoid::softplus,
                Elementwise::exp,
                Elementwise::expm1,
                Elementwise::log,
                Elementwise::log1p,
                Elementwise::tanh,
                (x, out) -> Sigmoid.sigmoidBackward(x, g, out),
                (x, out) -> Sigmoid.logSigmoidBackward(x, g, out),
                (x, out) -> Sigmoid.softplusBackward(x, g, 2f, 20f, out),
                (x, out) -> Elementwise.expBackward(x, g, out),
                (x, out) -> Elementwise.expm1Backward(x, g, out),
                (x, out) -> Elementwise.logBackward(x, g, out),
                (x, out) -> Elementwise.log1pBackward(x, g, out),
                (x, out) -> Elementwise.tanhBackward(x, g, out),
                (x, out) -> Elementwise.xlogy(g, x, out));
        for (Point point : points) {
            add("function " + points.indexOf(point), out -> point.of(rows, out.like(rows)));
            add("strided function " + points.indexOf(point), out -> point.of(strided, out.like(strided)));
        }
        add("xlogy, backward", out -> Elementwise.xlogyBackward(rows, otherRows, g, out.like(rows), out.like(rows)));
        add(
                "part of an array",
                out -> Sigmoid.sigmoid(longRow.array(), 7, 4111, out.view(4200).array(), 11));
    }

    private void categorical(Categorical distributions, FloatTensor x) {
        add("entropy", out -> distributions.entropy(x, out.view(9)));
        add("entropy, backward", out -> distributions.entropyBackward(x, eachRow, out.like(x)));
        add("log-probability", out -> distributions.logProb(x, ints, out.view(9)));
        add("log-probability, backward", out -> distributions.logProbBackward(x, ints, eachRow, out.like(x)));
    }

    private void indexing() {
        int[] index = FloatViews.classes(random, 9 * 20, 70);
        int[] shape = {9, 20};
        FloatTensor source = random(9, 20);
        add("one-hot", out -> Indexing.oneHot(ints, 70, out.view(9, 70)));
        add("gather", out -> Indexing.gather(strided, 1, index, out.view(9, 20)));
        add("gather, backward", out -> Indexing.gatherBackward(1, index, source, out.view(9, 70)));
        add("scatter", out -> Indexing.scatter(rows, 1, index, shape, source, out.like(rows)));
        add(
                "scatter, backward",
                out -> Indexing.scatterBackward(1, index, shape, rows, out.like(rows), out.like(source)));
    }

    private void logits() {
        LogitSummary summary = LogitSummary.builder().topK(5).temperature(0.7).build();
        for (FloatTensor x : List.of(rows, strided)) {
            add("summary", out -> {
                FloatLogitResults results = summary.floatResults(9, 1);
                summary.summarize(x, ints, results);
                for (int row = 0; row < 9; row++) {
                    out.number(results.logSumExp(row));
                    out.number(results.topClass(row, 4));
                    out.number(results.topLogProb(row, 4));
                    out.number(results.entropy(row));
                    out.number(results.margin(row));
                    out.number(results.logProb(row, 0));
                }
            });
            add("score of a sequence", out -> {
                SequenceScore score = SequenceScore.create();
                score.add(x, ints, out.view(9));
                out.number(score.perplexity());
            });
        }
        add("accumulated log-sum-exp", out -> {
            LogSumExpAccumulator sum = new LogSumExpAccumulator();
            sum.add(longRow.array(), 0, 2000);
            sum.add(1.5);
            sum.add(longRow.array(), 2000, 2200);
            out.number(sum.value());
        });
    }
}
