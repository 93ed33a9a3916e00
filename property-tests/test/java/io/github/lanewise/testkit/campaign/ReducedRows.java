// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.Denominator;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Reduction;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a loss that reduces has to make of ragged rows, or of rows without some classes. Where all have the same classes, or equally
 * many without weights, the bits of the call on a batch of them; else about the sum of the losses of each row alone, divided as
 * the documentation says.
 */
final class ReducedRows {
    private final Call call;
    private final Options options;
    private final PlannedRows rows;
    private final boolean mean;
    private final Denominator kind;

    /** How many rows count. */
    private final long valid;

    private final double divisor;

    ReducedRows(Call call, PlannedRows rows) {
        this.call = call;
        this.options = call.options;
        this.rows = rows;
        this.mean = options.reduction == Reduction.MEAN;
        this.kind = options.denominatorOr(Denominator.WEIGHTED);
        this.valid = isLoss()
                ? IntStream.range(0, rows.count())
                        .filter(p -> rows.target(p) >= 0)
                        .count()
                : 0;
        this.divisor = isLoss() ? divide() : 1.0;
    }

    private boolean isLoss() {
        return call.form.isOf(CrossEntropyLoss.class);
    }

    /** Whether all losses are divided by the same number: not if their parts are by two, and not if it is 0. */
    boolean isOfOneDivisor() {
        boolean two = mean && kind == Denominator.WEIGHTED && options.weight != null && options.isTargetWeighted();
        return !two && (isEmpty() || divisor != 0.0);
    }

    /** Whether it is a mean in which nothing counts. */
    private boolean isEmpty() {
        boolean ofTargets = kind == Denominator.WEIGHTED || kind == Denominator.VALID_COUNT;
        boolean ofRows = kind == Denominator.BATCH || kind == Denominator.ELEMENTS;
        return mean && (ofTargets ? valid == 0 : ofRows && divisor == 0.0);
    }

    private double divide() {
        if (!mean) {
            return 1.0;
        }
        if (kind == Denominator.BATCH) {
            return rows.batch();
        }
        if (kind == Denominator.ELEMENTS) {
            return rows.count();
        }
        if (kind == Denominator.VALID_COUNT || (kind == Denominator.WEIGHTED && options.weight == null)) {
            return valid;
        }
        String name = kind.toString();
        return kind == Denominator.WEIGHTED
                ? IntStream.range(0, rows.count())
                        .filter(p -> rows.target(p) >= 0)
                        .mapToDouble(p -> rows.weights(p)[rows.target(p)])
                        .sum()
                : Double.parseDouble(name.substring("given(".length(), name.length() - 1));
    }

    /** The loss of a row alone that has the gradient which the row has among the others; there has to be one divisor. */
    CrossEntropyLoss lossOfOne(int p) {
        boolean divides = mean && !isEmpty();
        return options.crossEntropy(
                divides ? Reduction.MEAN : Reduction.SUM, rows.weights(p), divides ? Denominator.given(divisor) : null);
    }

    /** The part of an outcome that differs, or null. */
    String difference(Outcome outcome) {
        if (!outcome.parts().containsKey("answer")) {
            return null;
        }
        String difference = areAlike() ? differenceFromBatch(outcome) : null;
        return difference == null ? differenceFromSum(outcome.parts().get("answer")[0]) : difference;
    }

    private int classesOfEach() {
        return rows.count() == 0 ? 0 : rows.classes(0).length;
    }

    private boolean areAlike() {
        if (options.weight != null && classesOfEach() == 0) {
            return false;
        }
        int[] first = rows.count() == 0 ? new int[0] : rows.classes(0);
        return IntStream.range(0, rows.count())
                .mapToObj(rows::classes)
                .allMatch(row -> options.weight == null ? row.length == first.length : Arrays.equals(row, first));
    }

    private String differenceFromBatch(Outcome outcome) {
        double[] weights = options.weight == null ? null : rows.weights(0);
        CrossEntropyLoss loss = options.crossEntropy(options.reduction, weights, options.denominator);
        Call batch = new RowCall(call, rows).ofAll(loss, classesOfEach());
        Outcome expected = Outcome.made(batch);
        String difference = RowsAlone.difference(
                "answer of a batch",
                outcome.parts().get("answer"),
                expected.parts().get("answer"));
        View gradient = batch.view("gradLogits");
        if (difference != null || gradient == null) {
            return difference;
        }
        long[] bits = new long[outcome.parts().get("gradLogits").length];
        Arrays.fill(bits, RowsAlone.bits(call.form.element(), 0.0));
        for (int p = 0; p < rows.count(); p++) {
            int[] places = rows.places(p);
            for (int i = 0; i < places.length; i++) {
                long at = ((long) p * places.length + i) * gradient.width();
                bits[places[i]] = gradient.store().bits(gradient.type(), at);
            }
        }
        return RowsAlone.difference("gradLogits of a batch", outcome.parts().get("gradLogits"), bits);
    }

    private String differenceFromSum(long bits) {
        if (!isOfOneDivisor()) {
            return null;
        }
        boolean floats = call.form.element() == Element.FLOAT;
        double answer = floats ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
        double[] losses =
                IntStream.range(0, rows.count()).mapToDouble(this::loss).toArray();
        double all = Arrays.stream(losses).map(Math::abs).sum();
        if (all > 1e300 && all < Double.POSITIVE_INFINITY) {
            // On the way to their sum numbers may exceed the range.
            return null;
        }
        double empty = options.emptyMean == OnEmpty.ZERO ? 0.0 : Double.NaN;
        double exact = isEmpty() ? empty : Arrays.stream(losses).sum() / divisor;
        double rounded = floats ? (float) exact : exact;
        double tolerance = 2.0 * (floats ? Math.ulp((float) exact) : Math.ulp(exact)) + 1e-14 * all / Math.abs(divisor);
        boolean same = rounded == answer
                || (Double.isNaN(rounded) && Double.isNaN(answer))
                || Math.abs(exact - answer) <= tolerance;
        return same ? null : "the answer is " + answer + ", of the losses of its rows " + exact;
    }

    /** The loss of a row alone, not rounded. */
    private double loss(int p) {
        if (rows.classes(p).length == 0) {
            return 0.0;
        }
        View logits = new RowCall(call, rows).of(p, null, Map.of()).view("logits");
        CrossEntropyLoss loss = options.crossEntropy(Reduction.SUM, rows.weights(p), Denominator.ELEMENTS);
        int[] target = {rows.target(p)};
        return logits.tensor() instanceof FloatTensor floats
                ? loss.sum(floats, target).sum()
                : loss.sum((DoubleTensor) logits.tensor(), target).sum();
    }
}
