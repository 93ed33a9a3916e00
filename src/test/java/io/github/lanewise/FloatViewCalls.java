// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Every public operation that takes views, as calls on views in any memory: what each operand holds, which are written to, and
 * which of these may be an input.
 */
final class FloatViewCalls {
    /** What an operand holds before the call. */
    enum Content {
        SCORES,
        PROBABILITIES,
        OUTPUT
    }

    /** An operand; {@code same} is the number of the input that it lies on, or -1. */
    static final class Operand {
        private final Content content;
        private final int same;
        private final int[] shape;

        Operand(Content content, int same, int... shape) {
            this.content = content;
            this.same = same;
            this.shape = shape;
        }

        Content content() {
            return content;
        }

        int same() {
            return same;
        }

        int[] shape() {
            return shape.clone();
        }
    }

    /** What a call does with its operands; gives the numbers that it returns. */
    interface Body {
        double[] run(FloatTensor[] v);
    }

    /** A call. */
    record Call(String name, List<Operand> operands, Body body) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final double[] NOTHING = {};

    /** Rows, rows that fill more than one strip, images, images with more positions than a tile has, and one row. */
    private static final int[][] SHAPES = {{6, 37}, {11, 600}, {2, 5, 3, 4}, {2, 3, 300}, {19}, {450, 10}};

    private final List<Call> calls = new ArrayList<>();
    private int[] shape = {};
    private int axis;
    private int[] reduced = {};
    private int[] target = {};

    private FloatViewCalls() {}

    /** All calls. */
    static List<Call> all() {
        FloatViewCalls list = new FloatViewCalls();
        for (int[] shape : SHAPES) {
            list.take(shape);
            list.softmax();
            list.classLosses();
            list.categorical();
            list.elements();
            list.indexing();
            list.logits();
            if (shape.length <= 2) {
                list.cosine();
                list.masked();
            }
            if (shape.length == 1) {
                list.ragged();
            }
        }
        return list.calls;
    }

    private void take(int... newShape) {
        shape = newShape;
        axis = shape.length == 1 ? 0 : 1;
        reduced = Shapes.without(shape, axis);
        int count = 1;
        for (int size : reduced) {
            count *= size;
        }
        target = FloatViews.classes(new SplittableRandom(3), count, shape[axis]);
        if (count > 1) {
            target[1] = -100;
        }
    }

    private Operand scores() {
        return new Operand(Content.SCORES, -1, shape);
    }

    private Operand probabilities() {
        return new Operand(Content.PROBABILITIES, -1, shape);
    }

    private Operand upstream() {
        return new Operand(Content.SCORES, -1, reduced);
    }

    private Operand result() {
        return new Operand(Content.OUTPUT, -1, shape);
    }

    private Operand each() {
        return new Operand(Content.OUTPUT, -1, reduced);
    }

    /** An output on an input. */
    private Operand on(int input) {
        return new Operand(Content.OUTPUT, input, shape);
    }

    private void add(String name, Body body, Operand... operands) {
        calls.add(new Call(name + Arrays.toString(shape), List.of(operands), body));
    }

    private void run(String name, java.util.function.Consumer<FloatTensor[]> body, Operand... operands) {
        add(
                name,
                v -> {
                    body.accept(v);
                    return NOTHING;
                },
                operands);
    }

    private void softmax() {
        int dim = axis;
        run("softmax", v -> Softmax.softmax(v[0], dim, v[1]), scores(), result());
        run("softmax in place", v -> Softmax.softmax(v[0], dim, v[1]), scores(), on(0));
        run("masked softmax", v -> Softmax.softmax(v[0], dim, OnEmpty.ZERO, v[1]), scores(), result());
        run("unmasked softmax", v -> Softmax.softmax(v[0], dim, OnEmpty.ERROR, v[1]), scores(), result());
        run("softmax along the first", v -> Softmax.softmax(v[0], 0, v[1]), scores(), result());
        run("log-softmax", v -> Softmax.logSoftmax(v[0], dim, v[1]), scores(), result());
        run("log-softmax in place", v -> Softmax.logSoftmax(v[0], dim, v[1]), scores(), on(0));
        run("log-sum-exp", v -> Softmax.logSumExp(v[0], dim, v[1]), scores(), each());
        run(
                "softmax backward",
                v -> Softmax.softmaxBackward(v[0], v[1], dim, v[2]),
                probabilities(),
                scores(),
                result());
        run(
                "softmax backward in place",
                v -> Softmax.softmaxBackward(v[0], v[1], dim, v[2]),
                probabilities(),
                scores(),
                on(1));
        run("log-softmax backward", v -> Softmax.logSoftmaxBackward(v[0], v[1], dim, v[2]), scores(), scores(), on(0));
        run(
                "log-sum-exp backward",
                v -> Softmax.logSumExpBackward(v[0], v[1], dim, v[2]),
                scores(),
                upstream(),
                result());
    }

    private void masked() {
        int[] y = target;
        boolean[] allowed = new boolean[shape[axis]];
        for (int c = 0; c < allowed.length; c++) {
            allowed[c] = c % 3 != 1;
        }
        for (int c : y) {
            if (c >= 0) {
                allowed[c] = true;
            }
        }
        int dim = axis;
        ClassMask mask = ClassMask.of(allowed);
        CrossEntropyLoss mean = CrossEntropyLoss.create();
        run("softmax of a mask", v -> Softmax.softmax(v[0], dim, mask, v[1]), scores(), result());
        run("log-softmax of a mask in place", v -> Softmax.logSoftmax(v[0], dim, mask, v[1]), scores(), on(0));
        run("log-sum-exp of a mask", v -> Softmax.logSumExp(v[0], dim, mask, v[1]), scores(), each());
        run(
                "log-sum-exp backward of a mask",
                v -> Softmax.logSumExpBackward(v[0], v[1], dim, mask, v[2]),
                scores(),
                upstream(),
                result());
        add("cross entropy of a mask", v -> one(mean.forward(v[0], mask, y)), scores());
        add(
                "cross entropy gradient of a mask",
                v -> one(mean.forwardBackward(v[0], mask, y, v[1])),
                scores(),
                result());
    }

    private void ragged() {
        int[] offsets = {3, 3, 40, 340, 341, 695};
        int[] y = {-100, 30, 299, 0, 17};
        Operand rows = new Operand(Content.SCORES, -1, 700);
        Operand out = new Operand(Content.OUTPUT, -1, 700);
        Operand each = new Operand(Content.OUTPUT, -1, y.length);
        CrossEntropyLoss mean = CrossEntropyLoss.create();
        run(
                "softmax of ragged rows",
                v -> Softmax.softmax(FloatRagged.of(v[0], offsets), FloatRagged.of(v[1], offsets)),
                rows,
                out);
        run(
                "log-softmax of ragged rows",
                v -> Softmax.logSoftmax(FloatRagged.of(v[0], offsets), FloatRagged.of(v[1], offsets)),
                rows,
                out);
        run("log-sum-exp of ragged rows", v -> Softmax.logSumExp(FloatRagged.of(v[0], offsets), v[1]), rows, each);
        add("cross entropy of ragged rows", v -> one(mean.forward(FloatRagged.of(v[0], offsets), y)), rows);
        add(
                "cross entropy gradient of ragged rows",
                v -> one(mean.forwardBackward(FloatRagged.of(v[0], offsets), y, FloatRagged.of(v[1], offsets))),
                rows,
                out);
    }

    private void classLosses() {
        int[] y = target;
        NllLoss nll = NllLoss.create();
        NllLoss nllEach = NllLoss.builder().reduction(Reduction.NONE).build();
        CrossEntropyLoss mean = CrossEntropyLoss.create();
        CrossEntropyLoss smooth = CrossEntropyLoss.builder()
                .labelSmoothing(0.1)
                .weight(FloatViews.normal(new SplittableRandom(4), shape[axis]))
                .build();
        CrossEntropyLoss others = CrossEntropyLoss.builder()
                .labelSmoothing(LabelSmoothing.others(0.1))
                .fullyMasked(OnEmpty.ERROR)
                .build();
        CrossEntropyLoss each =
                CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
        add("nll", v -> one(nll.forward(v[0], y)), scores());
        add("nll value and gradient", v -> one(nll.forwardBackward(v[0], y, v[1])), scores(), on(0));
        run("nll each", v -> nllEach.forward(v[0], y, v[1]), scores(), each());
        run(
                "nll each with gradient",
                v -> nllEach.forwardBackward(v[0], y, v[1], v[2], v[3]),
                scores(),
                upstream(),
                each(),
                result());
        add("cross entropy", v -> one(mean.forward(v[0], y)), scores());
        add("cross entropy sum", v -> one(mean.sum(v[0], FloatViews.toLongs(y)).mean()), scores());
        add("cross entropy gradient", v -> one(mean.forwardBackward(v[0], y, v[1])), scores(), result());
        add("cross entropy gradient in place", v -> one(mean.forwardBackward(v[0], y, v[1])), scores(), on(0));
        run("cross entropy backward", v -> mean.backward(v[0], y, 2f, v[1]), scores(), on(0));
        add("smoothed cross entropy", v -> one(smooth.forwardBackward(v[0], y, v[1])), scores(), result());
        add("cross entropy smoothed to others", v -> one(others.forwardBackward(v[0], y, v[1])), scores(), on(0));
        run("cross entropy each", v -> each.forward(v[0], y, v[1]), scores(), each());
        run("cross entropy backward each", v -> each.backward(v[0], y, v[1], v[2]), scores(), upstream(), on(0));
        run(
                "cross entropy each with gradient",
                v -> each.forwardBackward(v[0], y, v[1], v[2], v[3]),
                scores(),
                upstream(),
                each(),
                result());
        CrossEntropyLoss probable =
                CrossEntropyLoss.builder().labelSmoothing(0.1).build();
        add("soft cross entropy", v -> one(probable.forward(v[0], v[1])), scores(), probabilities());
        add(
                "soft cross entropy gradient",
                v -> one(probable.forwardBackward(v[0], v[1], v[2])),
                scores(),
                probabilities(),
                on(0));
        run(
                "soft cross entropy gradients",
                v -> each.backward(v[0], v[1], v[2], v[3], v[4]),
                scores(),
                probabilities(),
                upstream(),
                on(0),
                result());
        run("soft cross entropy each", v -> each.forward(v[0], v[1], v[2]), scores(), probabilities(), each());
    }

    private void categorical() {
        int dim = axis;
        int[] rowTargets = rowTargets();
        Operand byRow = new Operand(Content.SCORES, -1, Shapes.without(shape, shape.length - 1));
        Operand forRows = new Operand(Content.OUTPUT, -1, byRow.shape());
        for (boolean logits : new boolean[] {true, false}) {
            Categorical categorical = logits ? Categorical.ofLogits() : Categorical.ofProbabilities();
            String name = logits ? "categorical of logits" : "categorical of probabilities";
            Operand input = logits ? scores() : probabilities();
            run(name + " entropy", v -> categorical.entropy(v[0], dim, v[1]), input, each());
            run(
                    name + " entropy backward",
                    v -> categorical.entropyBackward(v[0], dim, v[1], v[2]),
                    input,
                    upstream(),
                    on(0));
            run(name + " log-prob", v -> categorical.logProb(v[0], rowTargets, v[1]), input, forRows);
            run(
                    name + " log-prob backward",
                    v -> categorical.logProbBackward(v[0], rowTargets, v[1], v[2]),
                    input,
                    byRow,
                    result());
        }
    }

    /** A class for each row along the last dimension. */
    private int[] rowTargets() {
        int classes = shape[shape.length - 1];
        return FloatViews.classes(
                new SplittableRandom(5),
                FloatTensor.of(new float[Shapes.numel(shape)], shape).numel() / classes,
                classes);
    }

    private void elements() {
        run("sigmoid", v -> Sigmoid.sigmoid(v[0], v[1]), scores(), result());
        run("sigmoid in place", v -> Sigmoid.sigmoid(v[0], v[1]), scores(), on(0));
        run("log-sigmoid backward", v -> Sigmoid.logSigmoidBackward(v[0], v[1], v[2]), scores(), scores(), on(1));
        run("softplus", v -> Sigmoid.softplus(v[0], v[1]), scores(), result());
        run("exp", v -> Elementwise.exp(v[0], v[1]), scores(), result());
        run("tanh backward", v -> Elementwise.tanhBackward(v[0], v[1], v[2]), scores(), scores(), result());
        run("xlogy", v -> Elementwise.xlogy(v[0], v[1], v[2]), scores(), probabilities(), on(1));
        run(
                "xlogy backward",
                v -> Elementwise.xlogyBackward(v[0], v[1], v[2], v[3], v[4]),
                scores(),
                probabilities(),
                scores(),
                on(0),
                on(2));
        BceLoss bce = BceLoss.create();
        BceLoss bceEach = BceLoss.builder().reduction(Reduction.NONE).build();
        add("bce", v -> one(bce.forward(v[0], v[1])), probabilities(), probabilities());
        add(
                "bce gradients",
                v -> one(bce.forwardBackward(v[0], v[1], v[2], v[3])),
                probabilities(),
                probabilities(),
                on(0),
                result());
        run("bce each", v -> bceEach.forward(v[0], v[1], v[2]), probabilities(), probabilities(), result());
        BceWithLogitsLoss logits = BceWithLogitsLoss.builder().posWeight(2.0).build();
        BceWithLogitsLoss logitsEach =
                BceWithLogitsLoss.builder().reduction(Reduction.NONE).build();
        add("bce with logits", v -> one(logits.forward(v[0], v[1])), scores(), probabilities());
        add(
                "bce with logits gradient",
                v -> one(logits.forwardBackward(v[0], v[1], v[2])),
                scores(),
                probabilities(),
                on(0));
        run(
                "bce with logits each",
                v -> logitsEach.forwardBackward(v[0], v[1], v[2], v[3], v[4], v[5]),
                scores(),
                probabilities(),
                scores(),
                result(),
                on(0),
                result());
        KlDivLoss kl = KlDivLoss.create();
        Operand first = new Operand(Content.PROBABILITIES, -1, reducedToOne());
        Operand gradFirst = new Operand(Content.OUTPUT, -1, first.shape());
        add("divergence", v -> one(kl.forward(v[0], v[1])), scores(), probabilities());
        add("divergence gradient", v -> one(kl.forwardBackward(v[0], v[1], v[2])), scores(), probabilities(), on(0));
        add(
                "divergence of what is repeated",
                v -> one(kl.forwardBackward(v[0], v[1], v[2], v[3])),
                scores(),
                first,
                result(),
                gradFirst);
    }

    private int[] reducedToOne() {
        int[] sizes = shape.clone();
        sizes[0] = 1;
        return sizes;
    }

    private void cosine() {
        int rows = shape.length == 1 ? 1 : shape[0];
        int[] y = new SplittableRandom(8).ints(rows, 0, 3).map(i -> i - 1).toArray();
        Operand losses = new Operand(Content.OUTPUT, -1, Shapes.without(shape, shape.length - 1));
        CosineEmbeddingLoss loss = CosineEmbeddingLoss.create();
        CosineEmbeddingLoss each =
                CosineEmbeddingLoss.builder().reduction(Reduction.NONE).build();
        add("cosine", v -> one(loss.forward(v[0], v[1], y)), scores(), scores());
        add(
                "cosine gradients",
                v -> one(loss.forwardBackward(v[0], v[1], y, v[2], v[3])),
                scores(),
                scores(),
                on(0),
                result());
        run("cosine each", v -> each.forward(v[0], v[1], y, v[2]), scores(), scores(), losses);
        run(
                "cosine backward each",
                v -> each.backward(v[0], v[1], y, v[2], v[3]),
                scores(),
                scores(),
                new Operand(Content.SCORES, -1, losses.shape()),
                result());
        if (shape.length == 2) {
            Operand one = new Operand(Content.SCORES, -1, reducedToOne());
            add(
                    "cosine of what is repeated",
                    v -> one(loss.forwardBackward(v[0], v[1], y, v[2], v[3])),
                    scores(),
                    one,
                    result(),
                    new Operand(Content.OUTPUT, -1, one.shape()));
        }
    }

    private void indexing() {
        int[] few = shape.clone();
        few[axis] = 2;
        int[] many = shape.clone();
        many[0] = Math.max(1, many[0] - 1);
        int[] classes = rowTargets();
        run("one-hot", v -> Indexing.oneHot(classes, shape(v[0]), v[0]), result());
        indexing(few, shape[axis]);
        // Along the first dimension there are fewer classes than before.
        indexing(many, many[axis]);
    }

    private void indexing(int[] indexShape, int classes) {
        int dim = axis;
        int[] index = FloatViews.classes(new SplittableRandom(6), Shapes.numel(indexShape), classes);
        Operand source = new Operand(Content.SCORES, -1, indexShape);
        Operand picked = new Operand(Content.OUTPUT, -1, indexShape);
        run("gather", v -> Indexing.gather(v[0], dim, index, v[1]), scores(), picked);
        run("gather backward", v -> Indexing.gatherBackward(dim, index, v[0], v[1]), source, result());
        run("scatter", v -> Indexing.scatter(v[0], dim, index, indexShape, v[1], v[2]), scores(), source, result());
        run("scatter in place", v -> Indexing.scatter(v[0], dim, index, indexShape, 2f, v[1]), scores(), on(0));
        run(
                "scatter backward",
                v -> Indexing.scatterBackward(dim, index, indexShape, v[0], v[1], v[2]),
                scores(),
                on(0),
                new Operand(Content.OUTPUT, -1, indexShape));
    }

    private static int shape(FloatTensor view) {
        return view.size(-1);
    }

    private void logits() {
        int[] tokens = rowTargets();
        int rows = tokens.length;
        LogitSummary summary = LogitSummary.builder().topK(3).build();
        LogitSummary warm = LogitSummary.builder().temperature(0.7).build();
        add("summary", v -> summarized(summary, v[0], rows, tokens), scores());
        add("warm summary", v -> summarized(warm, v[0], rows, tokens), scores());
        Operand each = new Operand(Content.OUTPUT, -1, Shapes.without(shape, shape.length - 1));
        add(
                "sequence",
                v -> {
                    SequenceScore score = SequenceScore.create();
                    score.add(v[0], tokens, v[1]);
                    return new double[] {score.logLikelihood(), score.perplexity()};
                },
                scores(),
                each);
    }

    private static double[] summarized(LogitSummary summary, FloatTensor logits, int rows, int[] given) {
        FloatLogitResults results = summary.floatResults(rows, 1);
        summary.summarize(logits, given, results);
        double[] numbers = new double[5 * rows];
        for (int p = 0; p < rows; p++) {
            numbers[5 * p] = results.logSumExp(p);
            numbers[5 * p + 1] = results.argMax(p);
            numbers[5 * p + 2] = results.entropy(p);
            numbers[5 * p + 3] = results.margin(p);
            numbers[5 * p + 4] = results.logProb(p, 0);
        }
        return numbers;
    }

    private static double[] one(double value) {
        return new double[] {value};
    }
}
